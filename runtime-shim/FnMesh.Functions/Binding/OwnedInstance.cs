using System.ComponentModel;

namespace FnMesh.Functions.Binding;

/// <summary>The object whose method is the function: disposed of when the function's answer has been written.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct OwnedInstance(FunctionContext context, object instance) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        if (context.Holds)
        {
            context.Own(instance);
            return default;
        }

        return ReleaseAsync(instance);
    }

    internal static ValueTask ReleaseAsync(object instance)
    {
        if (instance is IAsyncDisposable own) return own.DisposeAsync();
        ((IDisposable)instance).Dispose();
        return default;
    }
}
