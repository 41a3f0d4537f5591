using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Tests.Ingress;

public sealed class BrokenBodyTests
{
    [Fact]
    public void A_broken_rule_is_found_however_deep_it_lies()
    {
        var broken = new AggregateException(new IOException("sent"), new HttpRequestException("failed", new BadHttpRequestException("Bad chunk suffix.")));

        Assert.Equal(new Outcome(Verdict.Malformed, "the body cannot be read: Bad chunk suffix."), BrokenBody.Of(broken));
    }

    [Fact]
    public void A_body_that_is_too_large_is_TooLarge() =>
        Assert.Equal(Verdict.TooLarge, BrokenBody.Of(new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge))?.Verdict);

    [Fact]
    public void A_connection_that_ends_or_fails_half_way_breaks_no_rule()
    {
        Assert.Null(BrokenBody.Of(new BadHttpRequestException("Unexpected end of request content.")));
        Assert.Null(BrokenBody.Of(new IOException("The client reset the request stream.")));
        Assert.Null(BrokenBody.Of(new OperationCanceledException()));
        Assert.Null(BrokenBody.Of(null));
    }
}
