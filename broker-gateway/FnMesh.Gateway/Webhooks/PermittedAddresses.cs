using System.Collections.Immutable;
using System.Net;
using FnMesh.Policy;

namespace FnMesh.Gateway.Webhooks;

/// <summary>
/// Finds the addresses of a host outside the mesh and leaves out those that are not to be reached. It is asked once for each connection, and the connection goes to what it
/// answers: a name that means something else the next moment leads nowhere else.
/// </summary>
/// <param name="named">What may be reached beside the public internet.</param>
/// <param name="lookUp">The look-up of names.</param>
internal sealed class PermittedAddresses(ImmutableArray<IPNetwork> named, Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
{
    /// <exception cref="HttpRequestException">None of its addresses may be reached.</exception>
    public async ValueTask<IPAddress[]> FindAsync(DnsEndPoint host, CancellationToken cancel)
    {
        var found = IPAddress.TryParse(host.Host, out var written) ? [written] : await lookUp(host.Host, cancel);
        var permitted = Array.FindAll(found, address => OutsideAddress.Fault(address, named) is null);
        if (permitted.Length > 0) return permitted;
        throw new HttpRequestException(HttpRequestError.ConnectionError, found.Length == 0
            ? "the host has no address"
            : $"the host's address is {OutsideAddress.Fault(found[0], named)}, where nothing is delivered unless the Mesh names it in webhooks.networks");
    }
}
