# FastMCP (Python), after "Remote OAuth" of its documentation.
import os

from fastmcp import FastMCP
from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier

port = int(os.environ["PORT"])
issuer = os.environ["ISSUER"]
verifier = JWTVerifier(
    jwks_uri=f"{issuer}/jwks",
    issuer=issuer,
    audience=f"http://127.0.0.1:{port}/mcp",
    required_scopes=["files:read"],
)
auth = RemoteAuthProvider(
    token_verifier=verifier,
    authorization_servers=[issuer],
    base_url=f"http://127.0.0.1:{port}",
)
mcp = FastMCP(name="peer", auth=auth)


@mcp.tool
def ping() -> str:
    return "pong"


print("ready", flush=True)
mcp.run(transport="http", host="127.0.0.1", port=port, stateless_http=True, show_banner=False)
