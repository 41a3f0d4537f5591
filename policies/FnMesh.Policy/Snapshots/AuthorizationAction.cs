namespace FnMesh.Policy.Snapshots;

/// <summary>What a rule does with what it matches.</summary>
public enum AuthorizationAction
{
    Allow,
    Deny,

    /// <summary>Logs and counts, and decides nothing.</summary>
    Audit,
}
