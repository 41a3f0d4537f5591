namespace FnMesh.Node.Http;

/// <summary>Lets the handler below begin an HTTP/2 request again whose body is a <see cref="ReplayStream"/>, and hands that on as it comes over any version; all others pass untouched.</summary>
public sealed class ReplayHandler : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<ReplayStream> Key = new("FnMesh.ReplayStream");

    /// <param name="inner">What sends.</param>
    public ReplayHandler(HttpMessageHandler inner)
        : base(inner)
    {
    }

    /// <summary>Says what the request's content is read from.</summary>
    public static void Mark(HttpRequestMessage request, ReplayStream body)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(Key, body);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Content is { } content && request.Options.TryGetValue(Key, out var body)
            ? SendAsync(request, new ReplayContent(content, body, cancellationToken), cancellationToken)
            : base.SendAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ReplayContent content, CancellationToken cancel)
    {
        request.Content = content;
        try
        {
            return await base.SendAsync(request, cancel);
        }
        finally
        {
            content.Tell();
        }
    }
}
