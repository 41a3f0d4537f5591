namespace FnMesh.Control;

/// <summary>What came of a compiled policy.</summary>
public enum Reconciliation
{
    /// <summary>It is live.</summary>
    Published,

    /// <summary>It decides as the live one does; nothing was pushed.</summary>
    Unchanged,

    /// <summary>It has errors or a node refused it; the last good one stays.</summary>
    Refused,
}
