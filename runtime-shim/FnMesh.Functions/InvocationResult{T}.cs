namespace FnMesh.Functions;

/// <summary>What a function returned, as its type.</summary>
public sealed class InvocationResult<T>
{
    private readonly InvocationResult _result;

    internal InvocationResult(InvocationResult result) => _result = result;

    /// <inheritdoc cref="InvocationResult.Value"/>
    public T? Value
    {
        get => _result.Value is T value ? value : default;
        set => _result.Value = value;
    }
}
