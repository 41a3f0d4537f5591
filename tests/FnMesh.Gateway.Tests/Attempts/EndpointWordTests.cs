using System.Net;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Tests.Attempts;

public sealed class EndpointWordTests
{
    private static readonly Endpoint Shim = new(new Uri("https://127.0.0.1:1"), new EndpointState(new Standings(), TimeProvider.System));

    [Fact]
    public void A_shim_in_which_as_many_calls_wait_as_may_is_overloaded_and_stands()
    {
        using var answer = Answer(HttpStatusCode.ServiceUnavailable, "full");
        answer.Headers.TryAddWithoutValidation("Retry-After", "2");

        var result = EndpointWord.Of(answer, Shim, TimeProvider.System)!;

        Assert.Equal((Verdict.Overloaded, TimeSpan.FromSeconds(2)), (result.Outcome.Verdict, result.Outcome.RetryAfter));
        Assert.Contains("as many calls wait for it as may", result.Outcome.Reason);
        Assert.True(result is { Unsent: true, Refused: true, Final: false });
    }

    [Fact]
    public void A_shim_whose_process_does_not_listen_is_unreachable()
    {
        using var answer = Answer(HttpStatusCode.ServiceUnavailable, "1");
        var result = EndpointWord.Of(answer, Shim, TimeProvider.System)!;
        Assert.Equal(Verdict.Unreachable, result.Outcome.Verdict);
        Assert.True(result is { Unsent: true, Refused: false, Final: false });
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, null)]
    [InlineData(HttpStatusCode.OK, "1")]
    public void Any_other_answer_is_the_functions(HttpStatusCode status, string? word)
    {
        using var answer = Answer(status, word);
        Assert.Null(EndpointWord.Of(answer, Shim, TimeProvider.System));
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string? word)
    {
        var answer = new HttpResponseMessage(status);
        if (word is not null) answer.Headers.TryAddWithoutValidation("fnmesh-unsent", word);
        return answer;
    }
}
