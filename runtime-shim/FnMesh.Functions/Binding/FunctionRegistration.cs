using System.ComponentModel;

namespace FnMesh.Functions.Binding;

/// <summary>A function as generated code announces it.</summary>
/// <param name="Descriptor">What its attributes say.</param>
/// <param name="Bind">Makes the delegate that binds the parameters, runs the method and writes its result; called once when the app starts.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record FunctionRegistration(FunctionDescriptor Descriptor, Func<FunctionBinder, FunctionExecutionDelegate> Bind)
{
    /// <summary>What must be registered when the app starts.</summary>
    public IReadOnlyList<ServiceNeed> Services { get; init; } = [];
}
