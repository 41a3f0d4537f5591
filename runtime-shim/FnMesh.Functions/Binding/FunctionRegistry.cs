using System.Collections.Concurrent;
using System.ComponentModel;

namespace FnMesh.Functions.Binding;

/// <summary>The functions of the loaded assemblies. Each assembly adds its own when it is loaded.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class FunctionRegistry
{
    private static readonly ConcurrentQueue<FunctionRegistration> Functions = new();

    public static void Add(FunctionRegistration function) => Functions.Enqueue(function);

    internal static IReadOnlyList<FunctionRegistration> All() => [.. Functions];
}
