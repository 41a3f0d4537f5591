namespace FnMesh.Policy.Snapshots;

public enum AuthorizationAction
{
    Allow,
    Deny,
}
