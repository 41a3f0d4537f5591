using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Http;

/// <summary>What <see cref="HeadFirstContent"/> is read from.</summary>
internal sealed class HeadFirstStream(System.IO.Stream body, HttpResponse response) : ReadStream
{
    private bool _passed;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = body.ReadAsync(buffer, cancellationToken);
        if (_passed) return reading;
        // A read of nothing tells that there is something, which is still here.
        if (!reading.IsCompleted) return PassAsync(reading, cancellationToken);
        _passed = buffer.Length > 0;
        return reading;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) body.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>That the caller went away is for who writes to it to see; a read that told it would blame the function.</summary>
    private async ValueTask<int> PassAsync(ValueTask<int> reading, CancellationToken cancel)
    {
        _passed = true;
        // Always waited for to its end: whose buffer it is may use it for something else afterwards.
        var pending = reading.AsTask();
        await FlushAsync(response, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await pending;
    }

    private static async Task FlushAsync(HttpResponse response, CancellationToken cancel) => await response.Body.FlushAsync(cancel);
}
