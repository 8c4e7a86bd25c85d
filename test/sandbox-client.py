"""Drives an iconik with pythonik, a client made by others, as its users would. Prints what it saw, as JSON.

usage: sandbox-client.py <url> <app id> <auth token>
"""
import json
import sys

from pythonik.acls.models import ACLTemplateSchema, GroupACLSchema
from pythonik.auth.models import AppCreateSchema, SimpleLoginSchema
from pythonik.client import PythonikClient
from pythonik.files.models import ExportLocationSchema, StorageSchema
from pythonik.friendly import Iconik
from pythonik.settings.models import SystemSettingPublicSchema
from pythonik.users.models import GroupSchema, RoleGroupSchema, TeamSchema, UserCreateSchema

url, app_id, auth_token = sys.argv[1:]
client = Iconik(app_id, auth_token, base_url=f"{url}/API")
seen = {}


def check(name, response, wanted):
    """The status is the wanted one, and the client could read the answer into its own types."""
    if response.status_code != wanted:
        raise SystemExit(f"{name}: {response.status_code}, {response.content!r}")
    return response.parsed


def every(list_page):
    """All objects of a list that pages by number."""
    objects, page = [], 1
    while True:
        parsed = check("list", list_page(page), 200)
        objects += parsed.objects
        if page >= parsed.pages:
            assert len(objects) == parsed.total
            return objects
        page += 1


s3 = {"bucket": "media", "endpoint": "https://s3.example.com", "path": "", "region": "eu-west-1", "secret_key": "s"}
storage = StorageSchema.from_dict({"name": "Newsroom", "method": "S3", "purpose": "FILES", "settings": s3})
made = check("post storage", client.post_storages(body=storage), 201)
storage_id = str(made.id)
seen["secret"] = "secret_key" in made.settings.to_dict()
made.description = "Rushes"
seen["storage"] = check("patch storage", client.patch_storage(storage_id, body=made), 200).description
check("default", client.post_storage_default(storage_id), 201)
seen["default"] = check("get default", client.get_storages_default_by_purpose("FILES"), 200).name
seen["storages"] = [one.name for one in every(lambda page: client.get_storages(page=page, per_page=1))]
location = ExportLocationSchema.from_dict({"name": "Out", "path": "out", "storage_id": storage_id})
check("post export location", client.post_export_locations(body=location), 201)
seen["export_locations"] = [one.name for one in check("list", client.get_export_locations(), 200).objects]

group = check("post group", client.post_groups(body=GroupSchema(name="Editors", roles=["can_search"])), 201)
group_id = str(group.id)
person = UserCreateSchema.from_dict({"email": "editor@example.com", "type": "STANDARD", "password": "open sesame"})
user_id = str(check("post user", client.post_users(body=person), 201).id)
check("join", client.post_group_user(group_id, user_id), 201)
seen["groups_of_user"] = check("get user", client.get_user(user_id), 200).groups == [group.id]
seen["roles_of_user"] = check("roles", client.get_user_roles(user_id), 200).objects
seen["groups"] = [one.name for one in every(lambda page: client.get_groups(page=page, per_page=2))]
seen["users"] = [one.email for one in every(lambda page: client.get_users(page=page, per_page=1))]
check("post team", client.post_teams(body=TeamSchema(name="Newsroom")), 201)
seen["teams"] = [one.group_type.value for one in every(lambda page: client.get_teams(page=page, per_page=1))]
check("post role group", client.post_role_groups(body=RoleGroupSchema(name="Ingest", roles=["can_search"])), 201)
seen["role_groups"] = [one.roles for one in every(lambda page: client.get_role_groups(page=page))]

template = check("post template", client.post_acl_templates(body=ACLTemplateSchema(name="Newsroom")), 201)
key = ("acl_templates", str(template.id))
entry = GroupACLSchema(permissions=["read"])
check("put entry", client.put_group_acl_object_by_object_key(group_id, *key, body=entry), 201)
access = check("get entries", client.get_acl_object_by_object_key(*key), 200)
seen["access"] = [one.permissions for one in access.groups_acl]

check("patch settings", client.patch_system_current(body=SystemSettingPublicSchema(share_expiration_time=7)), 200)
settings = check("get settings", client.get_system_current(), 200)
seen["settings"] = [settings.share_expiration_time, settings.client_ip]

app = AppCreateSchema.from_dict({"name": "CI", "default_user_id": user_id})
app = check("post app", client.post_apps(body=app), 201)
token = check("mint", client.post_app_token(str(app.id), expires_in=60), 201)
with Iconik(str(app.id), token.token, base_url=f"{url}/API") as editor:
    seen["token"] = check("me", editor.get_users_current(), 200).email
    seen["refused"] = editor.get_storages().status_code
login = client.post_auth_simple_login(body=SimpleLoginSchema(email="editor@example.com", password="open sesame"))
seen["login"] = check("login", login, 201).user_id == token.user_id
seen["wrong"] = Iconik(app_id, "wrong", base_url=f"{url}/API").get_users_current().status_code

older = PythonikClient(app_id=app_id, auth_token=auth_token, timeout=10, base_url=url)
seen["older_list"] = [one.name for one in older.files().get_storages().data.objects]
seen["older_get"] = older.files().get_storage(storage_id).data.name

check("delete storage", client.delete_storage(storage_id), 204)
seen["gone"] = client.get_storage(storage_id).status_code
print(json.dumps(seen))
