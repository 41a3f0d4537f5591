using System.Net;

namespace FnMesh.Node.Http;

/// <summary>
/// A request body that HTTP/2's client may ask for again: it does so by itself when the peer has refused a stream unprocessed (RFC 9113, 8.7),
/// as happens when a connection reaches its age in the moment of a new call.
/// </summary>
internal sealed class ReplayContent : HttpContent
{
    private readonly HttpContent _first;
    private readonly ReplayStream _body;
    private readonly CancellationToken _request;
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isCopied;

    /// <param name="first">How the body is sent first.</param>
    /// <param name="body">What it is read from, and read from again.</param>
    /// <param name="request">Ends the request as a whole.</param>
    public ReplayContent(HttpContent first, ReplayStream body, CancellationToken request)
    {
        (_first, _body, _request) = (first, body, request);
        foreach (var (name, values) in first.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(System.IO.Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(System.IO.Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_isCopied) return _body.Reader = AgainAsync(stream, cancellationToken);
        (_isCopied, _body.Output) = (true, stream);
        return HeldAsync(_body.Reader = _first.CopyToAsync(stream, context, cancellationToken), cancellationToken);
    }

    /// <inheritdoc cref="ReplayStream.IsShort"/>
    public bool IsShort => _body.IsShort;

    /// <summary>What became of the request is known.</summary>
    public void Tell() => _told.TrySetResult();

    protected override bool TryComputeLength(out long length)
    {
        length = _first.Headers.ContentLength ?? -1;
        return length >= 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _first.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// With a stream that the peer refuses its body ends too, and of these two the client must see the refusal: it takes a body that fails first for the reason, and does not begin again.
    /// So the end of a body that the client gave up by itself is kept back until it has decided. With HTTP/1.1 it never does: there the body ends with the request.
    /// </summary>
    private async Task HeldAsync(Task copying, CancellationToken cancel)
    {
        await copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!copying.IsCompletedSuccessfully && cancel.IsCancellationRequested) await _told.Task.WaitAsync(_request).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await copying;
    }

    private async Task AgainAsync(System.IO.Stream stream, CancellationToken cancel)
    {
        await _body.RewindAsync(cancel);
        // Flushed here.
        _body.Output = null;
        if (!_body.CanReplay) throw new IOException("the peer refused the request after more of its body was sent than is kept");
        var buffer = new byte[16 * 1024];
        await stream.FlushAsync(cancel);
        while (await _body.ReadAsync(buffer, cancel) is var read and > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read), cancel);
            await stream.FlushAsync(cancel);
        }
    }
}
