import { describe, expect, test } from "vitest";
import { IconikError } from "../provider/engine/errors";
import { keepSecret, scrub } from "../provider/engine/redact";
import { readSettings, settingNames } from "../provider/engine/settings";

const credentials = { ICONIK_APP_ID: "app-1", ICONIK_AUTH_TOKEN: "token-of-the-environment" };

function read(env: Record<string, string | undefined>, config: Record<string, string> = {}, name?: string) {
  return readSettings({ env, config: (key) => config[key], name });
}

/** What is thrown, which must be one sentence with a code. */
function refusal(...args: Parameters<typeof read>): IconikError {
  try {
    read(...args);
  } catch (error) {
    expect(error).toBeInstanceOf(IconikError);
    expect((error as IconikError).message).not.toContain("\n");
    return error as IconikError;
  }
  return expect.fail("was accepted");
}

describe("settings", () => {
  test("have defaults for all but the credentials", () => {
    expect(read(credentials)).toEqual({
      url: "https://app.iconik.io",
      appId: "app-1",
      authToken: "token-of-the-environment",
      rateShare: 1,
    });
  });

  test("come from stack config where the environment has none", () => {
    const config = {
      "iconik:url": "https://eu.iconik.io",
      "iconik:appId": "app-2",
      "iconik:authToken": "token-of-the-stack",
      "iconik:rateShare": "0.5",
      "iconik:aclTemplateObjectType": "templates",
      "iconik:domainId": "domain-1",
    };
    expect(read({}, config)).toEqual({
      url: "https://eu.iconik.io",
      appId: "app-2",
      authToken: "token-of-the-stack",
      rateShare: 0.5,
      aclTemplateObjectType: "templates",
      domainId: "domain-1",
    });
    const env = { ...credentials, ICONIK_RATE_SHARE: "0.25" };
    expect(read(env, config)).toMatchObject({ appId: "app-1", authToken: "token-of-the-environment", rateShare: 0.25 });
  });

  test("that are empty are not set, and space around them is dropped", () => {
    const config = { "iconik:authToken": "token-of-the-stack" };
    const env = { ICONIK_APP_ID: " app-1\n", ICONIK_AUTH_TOKEN: "", ICONIK_URL: "  ", ICONIK_ADOPT: "" };
    const found = read(env, config);
    expect(found).toMatchObject({ url: "https://app.iconik.io", appId: "app-1", authToken: "token-of-the-stack" });
  });

  test.each([
    [{}, /^no iconik credentials: set ICONIK_APP_ID \(or iconik:appId\) and ICONIK_AUTH_TOKEN \(or iconik:auth/],
    [{ ICONIK_APP_ID: "app-1" }, /^no iconik credentials: set ICONIK_AUTH_TOKEN /],
    [{ ICONIK_AUTH_TOKEN: "token-of-the-environment" }, /^no iconik credentials: set ICONIK_APP_ID /],
  ])("name the credentials that are missing: %j", (env, words) => {
    expect(refusal(env)).toMatchObject({ code: "no-credentials", message: expect.stringMatching(words) });
  });

  test("register the token as a secret", () => {
    read({ ...credentials, ICONIK_AUTH_TOKEN: "registered-by-reading" });
    expect(scrub("it was registered-by-reading.")).toBe("it was [secret].");
  });

  test.each(["exact", "converge"])("take ICONIK_ADOPT=%s from the environment alone", (adopt) => {
    expect(read({ ...credentials, ICONIK_ADOPT: adopt }).adopt).toBe(adopt);
    expect(read(credentials, { "iconik:adopt": adopt }).adopt).toBeUndefined();
  });

  test.each([
    ["ICONIK_ADOPT", "yes", "ICONIK_ADOPT"],
    ["ICONIK_RATE_SHARE", "0", "ICONIK_RATE_SHARE"],
    ["ICONIK_RATE_SHARE", "1.1", "ICONIK_RATE_SHARE"],
    ["ICONIK_RATE_SHARE", "half", "ICONIK_RATE_SHARE"],
    ["ICONIK_RATE_SHARE", "NaN", "ICONIK_RATE_SHARE"],
  ])("%s=%s is refused by name, with what was given", (variable, value, named) => {
    const error = refusal({ ...credentials, [variable]: value });
    expect(error.code).toBe("bad-setting");
    expect(error.message).toContain(named);
    expect(error.message).toContain(`"${value}"`);
  });

  test("name the stack config where that holds the bad value", () => {
    expect(refusal(credentials, { "iconik:rateShare": "2" }).message).toMatch(/^iconik:rateShare /);
    expect(refusal(credentials, { "iconik:url": "ftp://x" }).message).toMatch(/^iconik:url /);
  });
});

describe("the address", () => {
  test.each([
    ["https://app.iconik.io/", "https://app.iconik.io"],
    ["HTTPS://App.Iconik.IO:443", "https://app.iconik.io"],
    ["https://tenant.example.com:8443/", "https://tenant.example.com:8443"],
    ["http://127.0.0.1:8080/", "http://127.0.0.1:8080"],
  ])("%s becomes %s", (given, wanted) => {
    expect(read({ ...credentials, ICONIK_URL: given }).url).toBe(wanted);
  });

  test.each([
    ["app.iconik.io", /whole address such as https:\/\/app\.iconik\.io, not "app\.iconik\.io"/],
    ["app.iconik.io:443", /whole address/],
    ["ftp://app.iconik.io", /whole address/],
    ["https://app.iconik.io/API/", /must end after the host name: https:\/\/app\.iconik\.io$/],
    ["https://app.iconik.io/?token=hidden-word", /must end after the host name/],
    ["https://user:hidden-word@app.iconik.io", /must not hold a user name or password/],
    ["https://hidden-word@app.iconik.io", /must not hold a user name or password/],
    ["user:hidden-word@app.iconik.io", /whole address/],
    ["http://app.iconik.io", /must begin with https/],
  ])("%s is refused", (given, words) => {
    const error = refusal({ ...credentials, ICONIK_URL: given });
    expect(error).toMatchObject({ code: "bad-setting", message: expect.stringMatching(words) });
    expect(error.message).toMatch(/^ICONIK_URL /);
    expect(error.message).not.toContain("hidden-word");
  });

  test("may be written twice, but not differently", () => {
    const env = { ...credentials, ICONIK_URL: "https://eu.iconik.io" };
    expect(read(env, { "iconik:url": "https://EU.iconik.io/" }).url).toBe("https://eu.iconik.io");
    const error = refusal(env, { "iconik:url": "https://app.iconik.io" });
    expect(error).toMatchObject({ code: "bad-setting" });
    expect(error.message).toMatch(/ICONIK_URL is https:\/\/eu\.iconik\.io but iconik:url is https:\/\/app\.iconik\.io/);
  });
});

describe("one of several tenants", () => {
  const named = {
    ICONIK_PROD_B_URL: "https://b.example.com",
    ICONIK_PROD_B_APP_ID: "app-b",
    ICONIK_PROD_B_AUTH_TOKEN: "token-of-tenant-b",
    ICONIK_PROD_B_RATE_SHARE: "0.5",
    ICONIK_PROD_B_ADOPT: "exact",
  };
  const others = {
    ...credentials,
    ICONIK_URL: "https://a.example.com",
    ICONIK_RATE_SHARE: "0.1",
    ICONIK_ADOPT: "converge",
  };

  test.each(["PROD-B", "prod-b", "Prod_B"])("%s reads ICONIK_PROD_B_*", (name) => {
    expect(read({ ...others, ...named }, {}, name)).toEqual({
      url: "https://b.example.com",
      appId: "app-b",
      authToken: "token-of-tenant-b",
      name,
      rateShare: 0.5,
      adopt: "exact",
    });
  });

  test("never falls back: not to the default tenant's environment, not to connections in the config", () => {
    const config = {
      "iconik:url": "https://a.example.com",
      "iconik:appId": "app-a",
      "iconik:authToken": "token-of-tenant-a",
    };
    for (const missing of ["ICONIK_PROD_B_APP_ID", "ICONIK_PROD_B_AUTH_TOKEN"]) {
      const error = refusal({ ...others, ...named, [missing]: undefined }, config, "PROD-B");
      expect(error.code).toBe("no-credentials");
      expect(error.message).toBe(`no iconik credentials for the tenant PROD-B: set ${missing}`);
    }
    const { ICONIK_PROD_B_APP_ID, ICONIK_PROD_B_AUTH_TOKEN } = named;
    const least = read({ ...others, ICONIK_PROD_B_APP_ID, ICONIK_PROD_B_AUTH_TOKEN }, config, "PROD-B");
    expect(least).toMatchObject({ url: "https://app.iconik.io", rateShare: 1, adopt: undefined });
  });

  test("takes what is no connection from its own config", () => {
    const config = { "iconik:domainId": "domain-b", "iconik:aclTemplateObjectType": "templates" };
    expect(read(named, config, "PROD-B")).toMatchObject({ domainId: "domain-b", aclTemplateObjectType: "templates" });
  });

  test.each(["", " ", "a b", "a.b", "ü", "-", "A--B"])("a name like %j is refused", (name) => {
    expect(refusal(named, {}, name).code).toBe("bad-setting");
  });

  test("is told by name where to look", () => {
    expect(settingNames("prod-b")).toEqual({
      adopt: "ICONIK_PROD_B_ADOPT",
      allow: "ICONIK_PROD_B_ALLOW",
      undo: "ICONIK_PROD_B_UNDO",
      url: "ICONIK_PROD_B_URL",
      appId: "ICONIK_PROD_B_APP_ID",
      authToken: "ICONIK_PROD_B_AUTH_TOKEN",
    });
  });
});

describe("secrets", () => {
  const secret = 'p/a"ss\\w ör\nd+1';

  test.each([
    ["as it is", secret],
    ["in JSON", JSON.stringify({ secret })],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ secret }))],
    ["in JSON that escapes all but ASCII", JSON.stringify({ secret }).replace("ö", "\\u00f6")],
    ["in a path", encodeURIComponent(secret)],
    ["in a path in lower case", encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
    ["in a query", new URLSearchParams({ secret }).toString()],
  ])("are hidden %s", (_, text) => {
    expect(keepSecret(secret)).toBe(secret);
    const shown = scrub(`before ${text} after`);
    expect(shown).toMatch(/^before .*\[secret\].* after$/);
    for (const part of ["w ör", "ss", "d+1", "%C3", "u00f6"]) expect(shown).not.toContain(part);
  });

  test("are found inside lists and objects", () => {
    keepSecret({ key: { private: "inner-secret-1" }, more: ["inner-secret-2", 7, null] });
    expect(scrub("inner-secret-1, inner-secret-2, 7")).toBe("[secret], [secret], 7");
  });

  test("that are too short to tell from words are left", () => {
    keepSecret("abc");
    keepSecret("");
    keepSecret(undefined);
    keepSecret('"a"');
    const text = `abc, and the rest, ${JSON.stringify(JSON.stringify('"a"'))}`;
    expect(scrub(text)).toBe(text);
  });

  test("hide whole, the longer before the shorter", () => {
    keepSecret("wonderful");
    keepSecret("wonderful-password");
    expect(scrub("wonderful-password, wonderful")).toBe("[secret], [secret]");
  });
});
