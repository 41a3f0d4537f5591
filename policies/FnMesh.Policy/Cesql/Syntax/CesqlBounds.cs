namespace FnMesh.Policy.Cesql;

/// <summary>How large an expression may be, so that reading and evaluating it takes a bounded time and stack.</summary>
internal static class CesqlBounds
{
    /// <summary>Characters.</summary>
    public const int Length = 8192;

    /// <summary>How deep brackets, calls and signs nest.</summary>
    public const int Depth = 64;

    /// <summary>Operators, literals, attributes and calls together.</summary>
    public const int Nodes = 1024;
}
