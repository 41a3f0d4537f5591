using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Node.Members;

namespace FnMesh.Gateway.Attempts;

/// <summary>What an endpoint that proved who it is may say of a request: that the function never saw it.</summary>
internal static class EndpointWord
{
    /// <returns>What the try came to; null when the answer is the function's.</returns>
    public static AttemptResult? Of(HttpResponseMessage answer, Endpoint endpoint, TimeProvider time)
    {
        if ((int)answer.StatusCode != 503 || !answer.Headers.NonValidated.TryGetValues(UnsentHeader.Name, out var word)) return null;
        if (word.ToString() != UnsentHeader.Full)
            return new(new(Verdict.Unreachable, $"the process behind {endpoint.Prefix} does not listen", Unsent: true), endpoint, Unsent: true, Final: false);
        var full = new Outcome(Verdict.Overloaded, $"the process behind {endpoint.Prefix} is being started again, and as many calls wait for it as may; try again later", null, RetryAfter.Of(answer, time), Unsent: true);
        return new(full, endpoint, Unsent: true, Final: false) { Refused = true };
    }
}
