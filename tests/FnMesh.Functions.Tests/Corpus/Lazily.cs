namespace FnMesh.Functions.Tests.Corpus;

/// <summary>Makes its result while it is written, and only as long as it is not disposed of.</summary>
public sealed class Lazily : IAsyncDisposable
{
    private bool _disposed;

    [Function("lazily"), HttpTrigger("get")]
    public async IAsyncEnumerable<int> Run()
    {
        for (var number = 1; number <= 3; number++)
        {
            await Task.Yield();
            ObjectDisposedException.ThrowIf(_disposed, this);
            yield return number;
        }
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return default;
    }
}
