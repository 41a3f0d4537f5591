using FnMesh.Functions.Binding;

namespace FnMesh.Functions;

/// <summary>
/// What a function returned. Where middleware stands around it, the result is held until the outermost middleware has ended, and is written then; until then middleware may read and replace it.
/// Without middleware it is written at once, and what is set here has no effect.
/// </summary>
public sealed class InvocationResult
{
    private Func<FunctionContext, object, Task?>? _write;
    private object? _value;

    internal InvocationResult()
    {
    }

    /// <summary>Null where nothing was returned, and before the function has run. What replaces it is answered as what it is: a result of ASP.NET Core, text, bytes, events, anything else as JSON.</summary>
    public object? Value
    {
        get => _value;
        set => (_value, IsSet) = (value, true);
    }

    /// <summary>Whether the function or a middleware has set it; where neither has, a middleware answers by itself.</summary>
    internal bool IsSet { get; private set; }

    /// <summary>Takes what the function returned.</summary>
    /// <param name="value">The result.</param>
    /// <param name="write">Writes values of the function's own type, and refuses others by null; null where every value says by itself how it is written.</param>
    internal void Hold(object? value, Func<FunctionContext, object, Task?>? write) => (Value, _write) = (value, write);

    internal Task WriteAsync(FunctionContext context) => _value is null ? Answers.EmptyAsync(context) : _write?.Invoke(context, _value) ?? Answers.WriteAnyAsync(context, _value);
}
