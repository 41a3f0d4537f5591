using System.Globalization;
using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace FnMesh.Functions.Tests.Corpus;

/// <summary>Every kind of parameter and of result.</summary>
public sealed class Kinds([FromKeyedServices("one")] Kinds.INamed named, int size = 3) : IDisposable
{
    public interface INamed
    {
        string Name { get; }
    }

    [Flags]
    public enum Days
    {
        Mon = 1,
        Tue = 2,
    }

    public static int Disposed { get; private set; }

    public void Dispose() => Disposed++;

    [Function("query"), HttpTrigger("get")]
    public string Query(int[] id, List<Days> days, IReadOnlyList<string>? tags, StringValues raw, [FromHeader(Name = "x-list")] string[] list, DateTime at, DateOnly day, TimeSpan wait, bool flag = true, double? ratio = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{string.Join('+', id)} {string.Join('+', days)} {tags?.Count} {raw.Count} {string.Join('+', list)} {at:s}{at.Kind} {day:o} {wait} {flag} {ratio}");

    [Function("services"), HttpTrigger("get")]
    public string Services([FromKeyedServices("two")] INamed two, [FromKeyedServices("three")] INamed? three, [FromServices] Uri address, HttpContext http, FunctionContext context, CancellationToken cancel) =>
        $"{named.Name} {size} {two.Name} {three?.Name ?? "none"} {address} {http.Request.Method} {context.FunctionId} {cancel.CanBeCanceled}";

    [Function("echo-bytes"), HttpTrigger("post")]
    public byte[] EchoBytes(byte[] body) => [.. body.Reverse()];

    [Function("echo-stream"), HttpTrigger("post")]
    public async Task<Stream> EchoStream(Stream body)
    {
        var copy = new MemoryStream();
        await body.CopyToAsync(copy);
        copy.Position = 0;
        return copy;
    }

    [Function("echo-text"), HttpTrigger("post")]
    public ValueTask<string> EchoText([FromBody] string body) => new(body);

    [Function("items"), HttpTrigger("post")]
    public IAsyncEnumerable<int> Items(int[]? numbers) => (numbers ?? [0]).ToAsyncEnumerable();

    [Function("any"), HttpTrigger("get", Route = "any/{kind}")]
    public object? Any(string kind) => kind switch
    {
        "result" => Results.Text("r", statusCode: 203),
        "action" => new AcceptedResult(),
        "text" => "t",
        "bytes" => "b"u8.ToArray(),
        "stream" => new MemoryStream("s"u8.ToArray()),
        "converted" => new ActionResult<int>(new NotFoundResult()),
        "none" => null,
        _ => new { Kind = kind },
    };

    [Function("typed"), HttpTrigger("get", Route = "typed/{id}")]
    public ActionResult<Shop.Order> Typed(string id) => id == "0" ? new NotFoundResult() : new Shop.Order(id, "s", 1);

    [Function("text-data"), CloudEventTrigger("t")]
    public async IAsyncEnumerable<CloudEvent> TextData([FromBody] string data, FunctionContext context)
    {
        await Task.Yield();
        foreach (var word in data.Split(' ')) yield return new CloudEvent { Type = $"word.{context.RetryContext!.RetryCount}", Data = word, DataContentType = "text/plain" };
    }

    [Function("several"), CloudEventTrigger("t")]
    public IResult Several(IReadOnlyList<CloudEvent> events) => events[0].Subject == "fails"
        ? throw new InvalidOperationException("no room")
        : Results.Json(new { failed = events.Skip(1).Select(one => new { one.Source, one.Id }) });

    [Function("listed"), CloudEventTrigger("t")]
    public CloudEvent Listed(List<CloudEvent> events) => new() { Type = "sum", Data = $"{events.Count}", DataContentType = "text/plain" };

    [Function("publishing"), HttpTrigger("post"), CloudEventOutput("shop.%AREA%.made")]
    public Shop.Order? Publishing(Shop.Order order) => order.Quantity == 0 ? null : order;

    [Function("publishing-many"), HttpTrigger("post")]
    public CloudEvent[] PublishingMany() => [new CloudEvent { Type = "a" }, new CloudEvent { Type = "b" }];

    [Function("minutely"), TimerTrigger("%EVERY%"), FixedDelayRetry(2, "00:00:01"), CloudEventOutput("tick")]
    public string Minutely(TimerInfo timer, INamed other) => $"{timer.IsPastDue} {other is null}";
}
