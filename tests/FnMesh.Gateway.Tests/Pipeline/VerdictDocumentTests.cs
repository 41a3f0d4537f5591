using System.Globalization;
using System.Text.RegularExpressions;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tests.Pipeline;

/// <summary>The tables of docs/http.md against those of the code.</summary>
public sealed class VerdictDocumentTests
{
    // Nothing comes to these yet, or nobody is there to read the answer.
    private static readonly Verdict[] NeverAnswered =
    [
        Verdict.Continue, Verdict.Answered, Verdict.Expired, Verdict.Cancelled, Verdict.Stalled, Verdict.Stopped,
    ];

    private static readonly string Document = File.ReadAllText(Path.Combine(Root(), "docs", "http.md"));

    [Fact]
    public void The_document_has_every_verdict_that_is_answered_with_its_status()
    {
        var written = Regex.Matches(Document, @"^\| ([A-Z][A-Za-z]+) \| (\d{3}) \|", RegexOptions.Multiline)
            .ToDictionary(row => Enum.Parse<Verdict>(row.Groups[1].Value), row => int.Parse(row.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Equal(Enum.GetValues<Verdict>().Except(NeverAnswered).Order(), written.Keys.Order());
        Assert.All(written, row => Assert.Equal(VerdictStatus.Of(row.Key), row.Value));
    }

    [Theory]
    [InlineData("2xx", "done", Disposition.Acknowledge, 200, 202, 299)]
    [InlineData("404, 408, 409, 429, 5xx", "again later, uses up `retry`", Disposition.RetryLater, 404, 408, 409, 429, 500, 599)]
    [InlineData("3xx, other 4xx", "dead letter at once", Disposition.DeadLetter, 300, 304, 400, 401, 422, 499)]
    internal void The_document_says_what_becomes_of_an_answer(string answer, string then, Disposition disposition, params int[] statuses)
    {
        Assert.Contains($"| {answer} | {then} |", Document, StringComparison.Ordinal);
        Assert.All(statuses, status => Assert.Equal(disposition, Dispositions.Of(Outcome.Answered(status), insideMesh: true)));
    }

    [Theory]
    [InlineData("Timeout, Bug, InvalidBackend; Unreachable outside the mesh, or after the event was sent", "again later, uses up `retry`", Disposition.RetryLater, false, Verdict.Timeout, Verdict.Bug, Verdict.InvalidBackend, Verdict.Unreachable)]
    [InlineData("Unreachable inside the mesh before the event was sent, NoEndpoint, NotReady, Overloaded, RateLimited, BreakerOpen", "again later, `retry` stays", Disposition.RetryLaterUncounted, true, Verdict.Unreachable, Verdict.NoEndpoint, Verdict.NotReady, Verdict.Overloaded, Verdict.RateLimited, Verdict.BreakerOpen)]
    [InlineData("Denied, or a reply that is Malformed, TooLarge, Unsupported or Denied", "dead letter at once", Disposition.DeadLetter, true, Verdict.Denied, Verdict.Malformed, Verdict.TooLarge, Verdict.Unsupported)]
    internal void The_document_says_what_becomes_of_a_verdict(string verdicts, string then, Disposition disposition, bool insideMesh, params Verdict[] each)
    {
        Assert.Contains($"| {verdicts} | {then} |", Document, StringComparison.Ordinal);
        Assert.All(each, verdict => Assert.Equal(disposition, Dispositions.Of(new Outcome(verdict, "x", Unsent: insideMesh), insideMesh)));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FnMesh.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("FnMesh.sln is in no parent folder");
        return folder;
    }
}
