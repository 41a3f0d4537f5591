using System.Collections.Immutable;
using System.CommandLine;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;

namespace FnMesh.Cli.Commands;

/// <summary>An event in binary mode, or a file of events in structured or batch mode, ready to be posted.</summary>
internal sealed record Publication
{
    /// <summary>Why there is nothing to post; null when there is.</summary>
    public string? Fault { get; private init; }

    public ImmutableArray<string> Ids { get; private init; } = [];

    /// <summary>Each type once.</summary>
    public ImmutableArray<string> Types { get; private init; } = [];

    private ImmutableArray<KeyValuePair<string, string>> Attributes { get; init; } = [];

    private string? ContentType { get; init; }

    private byte[] Body { get; init; } = [];

    public static async Task<Publication> ReadAsync(PublishOptions options, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        try
        {
            return parsed.GetValue(options.File) is { } file
                ? Structured(await DataArgument.ReadFileAsync(file, terminal, cancel), file)
                : Binary(options, parsed.GetValue(options.Type)!, parsed, await DataArgument.ReadAsync(parsed.GetValue(options.Data), terminal, cancel));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Publication { Fault = failure.Message };
        }
    }

    /// <summary>One event of its parts.</summary>
    public static async Task<Publication> ReadAsync(PublishOptions options, string type, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        try
        {
            return Binary(options, type, parsed, await DataArgument.ReadAsync(parsed.GetValue(options.Data), terminal, cancel));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Publication { Fault = failure.Message };
        }
    }

    public HttpRequestMessage ToRequest(Uri target)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(Body) };
        if (ContentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        foreach (var (name, value) in Attributes)
            request.Headers.TryAddWithoutValidation($"ce-{name}", PercentEncode(value));
        return request;
    }

    /// <summary>As the HTTP binding of CloudEvents says: space, double quote, percent and all beyond printable ASCII, as UTF-8.</summary>
    internal static string PercentEncode(string value)
    {
        var encoded = new StringBuilder(value.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            if (octet is > 0x20 and < 0x7F and not (byte)'"' and not (byte)'%')
                encoded.Append((char)octet);
            else
                encoded.Append('%').Append(octet.ToString("X2"));
        }

        return encoded.ToString();
    }

    private static Publication Binary(PublishOptions options, string type, ParseResult parsed, byte[]? data)
    {
        var id = parsed.GetValue(options.Id) ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
        var attributes = new List<KeyValuePair<string, string>>
        {
            new("specversion", "1.0"),
            new("id", id),
            new("source", parsed.GetValue(options.Source) ?? "/fnmesh/cli"),
            new("type", type),
        };
        if (parsed.GetValue(options.Subject) is { } subject)
            attributes.Add(new("subject", subject));
        foreach (var extension in parsed.GetValue(options.Extensions) ?? [])
        {
            var parts = extension.Split('=', 2);
            if (parts.Length < 2 || parts[0].Length == 0 || !parts[0].All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character)))
                return new Publication { Fault = $"--extension '{extension}' is not NAME=VALUE with a name of lower-case letters and digits" };
            if (parts[0] == "datacontenttype" || attributes.Exists(attribute => attribute.Key == parts[0]))
                return new Publication { Fault = $"--extension '{parts[0]}' is set twice or has an option of its own" };
            attributes.Add(new(parts[0], parts[1]));
        }

        var written = parsed.GetValue(options.DataContentType);
        if (data is not null && (written is null ? DataArgument.BeginsLikeJson(data) : DataArgument.IsJsonType(written)) && DataArgument.FaultOf(data) is { } fault)
            return new Publication { Fault = $"the data is no JSON: {fault}; mend it{(written is null ? ", or say what it is with --datacontenttype" : $", or name another type than {written}")}" };
        var contentType = written ?? (data is null ? null : DataArgument.MediaTypeOf(data));
        if (contentType is not null && !MediaTypeHeaderValue.TryParse(contentType, out _))
            return new Publication { Fault = $"--datacontenttype '{contentType}' is not a media type" };
        return new Publication { Ids = [id], Types = [type], Attributes = [.. attributes], ContentType = contentType, Body = data ?? [] };
    }

    private static Publication Structured(byte[] file, string name)
    {
        try
        {
            var json = JsonNode.Parse(file, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = true });
            return json switch
            {
                JsonArray events => new Publication { Ids = [.. events.Select(IdOf)], Types = TypesOf(events), ContentType = "application/cloudevents-batch+json", Body = file },
                JsonObject one => new Publication { Ids = [IdOf(one)], Types = TypesOf([one]), ContentType = "application/cloudevents+json", Body = file },
                _ => new Publication { Fault = $"{name}: neither an event nor an array of events" },
            };
        }
        catch (JsonException failure)
        {
            return new Publication { Fault = $"{name}: not JSON: {failure.Message}" };
        }
    }

    private static ImmutableArray<string> TypesOf(IEnumerable<JsonNode?> events) =>
        [.. events.Select(one => one.Text("type")).Where(type => type.Length > 0).Distinct(StringComparer.Ordinal)];

    private static string IdOf(JsonNode? node) => node is JsonObject { } one && one["id"] is JsonValue id ? id.ToString() : "?";
}
