using FnMesh.Gateway.Limits;
using FnMesh.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Ingress;

/// <summary>Tells a body that breaks the rules of HTTP from a caller that went away in the middle of one.</summary>
internal static class BrokenBody
{
    /// <summary>Kestrel's words, which are all that sets a connection closed half-way apart: it says so on another thread as well, sooner or later.</summary>
    private const string EndedEarly = "Unexpected end of request content.";

    /// <summary>What Kestrel says of bodies alone, and says in its log again when it takes the rest of one.</summary>
    private static readonly string[] OfBodies =
        [EndedEarly, "Bad chunk size data.", "Bad chunk suffix.", "Bad chunk extension.", "Chunked request incomplete.", "Reading the request body timed out due to data arriving too slowly. See MinRequestBodyDataRate."];

    /// <summary>Whether a request was refused for its body: then it was a call, which has its verdict.</summary>
    public static bool IsOfBody(BadHttpRequestException bad) => OfBodies.Contains(bad.Message);

    /// <param name="failure">What reading the body threw, however deep.</param>
    /// <param name="limit">How long it may be; null where nobody said.</param>
    /// <returns>Null when the body broke no rule.</returns>
    public static Outcome? Of(Exception? failure, BodyLimit? limit = null) => failure switch
    {
        BadHttpRequestException { Message: EndedEarly } => null,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } bad => new(Verdict.TooLarge, limit?.Reason ?? bad.Message),
        BadHttpRequestException bad => new(Verdict.Malformed, $"the body cannot be read: {bad.Message}"),
        // So says Kestrel that a chunk's size has too many digits.
        IOException { InnerException: OverflowException } bad => new(Verdict.Malformed, $"the body cannot be read: {bad.Message}"),
        AggregateException several => several.InnerExceptions.Select(each => Of(each, limit)).FirstOrDefault(static found => found is not null),
        _ => failure?.InnerException is { } inner ? Of(inner, limit) : null,
    };
}
