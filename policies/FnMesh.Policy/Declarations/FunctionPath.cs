namespace FnMesh.Policy.Declarations;

/// <summary>The paths of an app that belong to the mesh: below them functions run that no route of their own leads to.</summary>
public static class FunctionPath
{
    /// <summary>Before the name of a function that takes events, or that a timer runs.</summary>
    public const string Functions = "/_fnmesh/functions/";

    private const string Reserved = "/_fnmesh/";

    /// <summary>Without regard to case, as functions in C# compare paths.</summary>
    public static bool IsReserved(ReadOnlySpan<char> path) => path.StartsWith(Reserved, StringComparison.OrdinalIgnoreCase);
}
