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
    private bool _isCopied;

    /// <param name="first">How the body is sent first.</param>
    /// <param name="body">What it is read from, and read from again.</param>
    public ReplayContent(HttpContent first, ReplayStream body)
    {
        (_first, _body) = (first, body);
        foreach (var (name, values) in first.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(System.IO.Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(System.IO.Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_isCopied) return _body.Reader = AgainAsync(stream, cancellationToken);
        (_isCopied, _body.Output) = (true, stream);
        return _body.Reader = _first.CopyToAsync(stream, context, cancellationToken);
    }

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
