using System.Net;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Http;

/// <summary>The body of an answer, before whose first byte the head goes on as soon as that byte has to be waited for. What is there already leaves with the head, in one write.</summary>
internal sealed class HeadFirstContent : HttpContent
{
    private readonly HttpContent _body;
    private readonly HttpResponse _response;

    /// <param name="body">The body as it comes.</param>
    /// <param name="response">Where the head is, to which nobody writes while the body is waited for.</param>
    public HeadFirstContent(HttpContent body, HttpResponse response)
    {
        (_body, _response) = (body, response);
        Headers.ContentLength = body.Headers.ContentLength;
    }

    protected override async Task<System.IO.Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => new HeadFirstStream(await _body.ReadAsStreamAsync(cancellationToken), _response);

    protected override Task<System.IO.Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task SerializeToStreamAsync(System.IO.Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(System.IO.Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var body = await CreateContentReadStreamAsync(cancellationToken);
        await body.CopyToAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _body.Dispose();
        base.Dispose(disposing);
    }
}
