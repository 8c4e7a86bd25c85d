// Comments on a pull request of GitHub or a merge request of GitLab: those that this job wrote, and no others.

export interface Comment {
  id: number;
  body: string;
}

export interface Conversation {
  /** What it is, for people. */
  name: string;
  /** Comments of our own, the oldest first. */
  own(): Promise<Comment[]>;
  add(body: string): Promise<void>;
  update(id: number, body: string): Promise<void>;
}

type Environment = Record<string, string | undefined>;

/** The conversation that the job belongs to; undefined outside of one, and without a token that may write there. */
export function conversation(env: Environment): Conversation | undefined {
  if (env.GITHUB_TOKEN && env.PULL_REQUEST) return onGitHub(env, env.PULL_REQUEST);
  if (env.GITLAB_TOKEN && env.CI_MERGE_REQUEST_IID) return onGitLab(env, env.CI_MERGE_REQUEST_IID);
  return undefined;
}

/** The conversations through which a commit came in. */
export async function conversationsOf(env: Environment, commit: string): Promise<Conversation[]> {
  if (env.GITHUB_TOKEN) {
    const found = await all(gitHub(env), `/repos/${env.GITHUB_REPOSITORY}/commits/${commit}/pulls`);
    return found.filter(({ merged_at }) => merged_at).map(({ number }) => onGitHub(env, String(number)));
  }
  if (env.GITLAB_TOKEN) {
    const found = await all(gitLab(env), `/projects/${env.CI_PROJECT_ID}/repository/commits/${commit}/merge_requests`);
    return found.filter(({ state }) => state === "merged").map(({ iid }) => onGitLab(env, String(iid)));
  }
  return [];
}

/** Writes the comment, or writes it anew where it is. */
export async function keepOne(
  where: Conversation,
  marker: string,
  body: string,
): Promise<"added" | "updated" | "same"> {
  const found = (await where.own()).find((comment) => comment.body.startsWith(marker));
  if (!found) return where.add(body).then(() => "added");
  if (found.body === body) return "same";
  return where.update(found.id, body).then(() => "updated");
}

interface Api {
  url: string;
  headers: Record<string, string>;
}

const gitHub = (env: Environment): Api => ({
  url: env.GITHUB_API_URL ?? "https://api.github.com",
  headers: {
    authorization: `Bearer ${env.GITHUB_TOKEN}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
  },
});

const gitLab = (env: Environment): Api => ({
  url: env.CI_API_V4_URL ?? "https://gitlab.com/api/v4",
  headers: { "private-token": env.GITLAB_TOKEN! },
});

function onGitHub(env: Environment, number: string): Conversation {
  const api = gitHub(env);
  const path = `/repos/${env.GITHUB_REPOSITORY}/issues`;
  // Anybody may write a comment with our marker in it.
  const author = env.COMMENT_AUTHOR || "github-actions[bot]";
  return {
    name: `pull request ${number}`,
    own: async () =>
      (await all(api, `${path}/${number}/comments`))
        .filter(({ user }) => user?.login === author)
        .map(({ id, body }) => ({ id, body: body ?? "" })),
    add: async (body) => void (await send(api, "POST", `${path}/${number}/comments`, { body })),
    update: async (id, body) => void (await send(api, "PATCH", `${path}/comments/${id}`, { body })),
  };
}

function onGitLab(env: Environment, number: string): Conversation {
  const api = gitLab(env);
  const path = `/projects/${env.CI_PROJECT_ID}/merge_requests/${number}/notes`;
  return {
    name: `merge request ${number}`,
    async own() {
      const me = (await (await send(api, "GET", "/user")).json()) as { id: number };
      const notes = await all(api, `${path}?sort=asc`);
      return notes
        .filter(({ author, system }) => author?.id === me.id && !system)
        .map(({ id, body }) => ({ id, body: body ?? "" }));
    },
    add: async (body) => void (await send(api, "POST", path, { body })),
    update: async (id, body) => void (await send(api, "PUT", `${path}/${id}`, { body })),
  };
}

/** Every page of a list. */
async function all(api: Api, path: string): Promise<any[]> {
  const found: any[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await send(api, "GET", `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
    found.push(...((await answer.json()) as any[]));
    const isLast = !/rel="next"/.test(answer.headers.get("link") ?? "") && !answer.headers.get("x-next-page");
    if (isLast) return found;
  }
}

/** @throws Error with the status, and without the token. */
async function send({ url, headers }: Api, method: string, path: string, body?: unknown): Promise<Response> {
  const answer = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  if (answer.ok) return answer;
  throw Object.assign(
    new Error(`${method} ${path} at ${new URL(url).host}: ${answer.status} ${(await answer.text()).slice(0, 200)}`),
    { status: answer.status },
  );
}
