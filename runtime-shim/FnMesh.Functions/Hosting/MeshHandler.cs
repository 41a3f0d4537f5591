using FnMesh.Node.Members;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Functions.Hosting;

/// <summary>
/// Sends requests whose host is the name of an app over the mesh, and all others the ordinary way. A name is one DNS label, or one and a namespace after a dot, with the scheme http and no port:
/// no public address looks like that. What is left of the caller's deadline goes along.
/// </summary>
internal sealed class MeshHandler(Lazy<HttpMessageInvoker> mesh, HttpMessageInvoker others, IHttpContextAccessor contexts, TimeProvider time) : HttpMessageHandler
{
    /// <summary>Whether an address names an app.</summary>
    public static bool IsMesh(Uri address) =>
        address.Scheme == Uri.UriSchemeHttp && address.IsDefaultPort && address.HostNameType == UriHostNameType.Dns
        && address.Host != "localhost" && (!address.Host.Contains('.', StringComparison.Ordinal) || address.Host.EndsWith(".default", StringComparison.Ordinal));

    /// <summary>Where an app is called; null when the text is no name of one.</summary>
    public static Uri? AddressOf(string app) => Array.TrueForAll(app.Split('.'), IsLabel) && new Uri($"http://{app}") is var address && IsMesh(address) ? address : null;

    private static bool IsLabel(string name) => name.Length is > 0 and <= 63 && name[0] != '-' && name[^1] != '-' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } address || !IsMesh(address)) return others.SendAsync(request, cancellationToken);
        if (contexts.HttpContext is { } http && CallDeadline.Left(http, time) is { } left)
        {
            // A request that is sent again, or was copied from the caller's, has one already.
            request.Headers.Remove(DeadlineHeader.Name);
            request.Headers.TryAddWithoutValidation(DeadlineHeader.Name, DeadlineHeader.Write(left));
        }

        return mesh.Value.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) others.Dispose();
        base.Dispose(disposing);
    }
}
