namespace FnMesh.Policy.Snapshots;

/// <summary>Whose calls a limit counts together.</summary>
public enum LimitPer
{
    /// <summary>Everybody's.</summary>
    Target,

    /// <summary>Those of each principal by itself.</summary>
    Principal,

    /// <summary>Those with each value of a header by itself; without the header together.</summary>
    Header,
}
