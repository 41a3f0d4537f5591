namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>What a worker says it can do; a name is there when it has any value.</summary>
internal sealed class WorkerCapabilities(IEnumerable<KeyValuePair<string, string>> said)
{
    private readonly Dictionary<string, string> _said = said.Where(pair => pair.Value.Length > 0).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    public bool HttpBodyOnly => Has("RpcHttpBodyOnly");

    public bool HttpBodyAsBytes => Has("RawHttpBodyBytes");

    public bool HttpWithoutTriggerMetadata => Has("RpcHttpTriggerMetadataRemoved");

    public bool NullableHttpValues => Has("UseNullableValueDictionaryForHttp");

    public bool DropsEmptyHttpHeaders => Has("IgnoreEmptyValuedRpcHttpHeaders");

    public bool Collections => Has("TypedDataCollection");

    public bool Status => Has("WorkerStatus");

    public bool Cancels => Has("HandlesInvocationCancelMessage");

    public bool Terminates => Has("HandlesWorkerTerminateMessage");

    public bool LoadsCollections => Has("SupportsLoadResponseCollection");

    /// <summary>Where the worker takes HTTP requests itself; null when they go through its stream.</summary>
    public Uri? HttpAddress => _said.TryGetValue("HttpUri", out var text) && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp ? address : null;

    /// <summary>Whether requests that the worker takes itself come with the values of their route all the same.</summary>
    public bool RouteParameters => Has("RequiresRouteParameters");

    private bool Has(string name) => _said.ContainsKey(name);
}
