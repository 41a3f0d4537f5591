namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>A function of an app that is not served; the others are.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Code">One of the codes here, told in docs/errors.md.</param>
/// <param name="Reason">Why, and the mend.</param>
internal sealed record FunctionRefusal(string Function, string Code, string Reason)
{
    /// <summary>A trigger that the mesh has nothing for.</summary>
    public const string Trigger = "FNM1501";

    /// <summary>An input or output that the mesh has nothing for.</summary>
    public const string Binding = "FNM1502";

    /// <summary>A parameter of a type of an Azure SDK that only Azure's own messages make.</summary>
    public const string Deferred = "FNM1503";

    /// <summary>A name, a route, a schedule or a setting that is wrong or missing.</summary>
    public const string Wrong = "FNM1504";

    /// <summary>The worker itself says that it cannot run it.</summary>
    public const string Worker = "FNM1505";

    public override string ToString() => $"error {Code}: function '{Function}' is not served: {Reason}";
}
