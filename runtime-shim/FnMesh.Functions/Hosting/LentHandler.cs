namespace FnMesh.Functions.Hosting;

/// <summary>Lends a handler to those who dispose of what they are given.</summary>
internal sealed class LentHandler(HttpMessageHandler lent) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _lent = new(lent, disposeHandler: false);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _lent.SendAsync(request, cancellationToken);
}
