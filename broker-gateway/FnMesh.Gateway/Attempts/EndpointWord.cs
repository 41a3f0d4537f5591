using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Node.Members;

namespace FnMesh.Gateway.Attempts;

/// <summary>What an endpoint that proved who it is may say of a request: that the function never saw it.</summary>
internal static class EndpointWord
{
    public static bool SaysUnsent(HttpResponseMessage answer) => (int)answer.StatusCode == 503 && answer.Headers.NonValidated.Contains(UnsentHeader.Name);

    public static AttemptResult Unsent(Endpoint endpoint) =>
        new(new(Verdict.Unreachable, $"the process behind {endpoint.Prefix} does not listen", Unsent: true), endpoint, Unsent: true, Final: false);
}
