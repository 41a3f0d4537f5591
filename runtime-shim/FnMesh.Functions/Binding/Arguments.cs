using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FnMesh.Functions.Binding;

/// <summary>Where generated code takes a function's arguments from, but for bodies.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Arguments
{
    private const int LongestEcho = 100;

    public static HttpContext Http(FunctionContext context) =>
        context.GetHttpContext() ?? throw new InvalidOperationException($"{context.FunctionId} runs without a request.");

    public static string? Route(FunctionContext context, string name) => Http(context).Request.RouteValues[name] as string;

    public static string? Query(FunctionContext context, string name) => Http(context).Request.Query.TryGetValue(name, out var values) ? values[0] : null;

    public static string? Header(FunctionContext context, string name) =>
        Http(context).Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>Every value that the query has of the name.</summary>
    public static StringValues QueryAll(FunctionContext context, string name) => Http(context).Request.Query[name];

    /// <summary>Every value that headers of the name have, apart at their commas.</summary>
    public static StringValues HeaderAll(FunctionContext context, string name) => Http(context).Request.Headers.GetCommaSeparatedValues(name);

    public static CloudEvent Event(FunctionContext context) =>
        context.Event ?? throw new InvalidOperationException($"{context.FunctionId} runs without an event.");

    public static CloudEvent[] Events(FunctionContext context) =>
        context.Events ?? throw new InvalidOperationException($"{context.FunctionId} runs without events.");

    public static TimerInfo Timer(FunctionContext context) =>
        context.Timer ?? throw new InvalidOperationException($"{context.FunctionId} runs without a timer.");

    /// <summary>In the invariant culture; a time without an offset is taken as UTC.</summary>
    public static bool TryParse<T>(string? text, [MaybeNullWhen(false)] out T value) where T : IParsable<T>
    {
        // The compiler of the runtime leaves one branch of these for each T.
        if (typeof(T) == typeof(DateTime))
        {
            var read = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time);
            value = (T)(object)time;
            return read;
        }

        if (typeof(T) == typeof(DateTimeOffset))
        {
            var read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
            value = (T)(object)time;
            return read;
        }

        return T.TryParse(text, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>By name without regard to case, or by number; what has no name is no value, unless names add up to it.</summary>
    public static bool TryParseEnum<T>(string? text, out T value) where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out value) && (Enum.IsDefined(value) || !(value.ToString() is [var first, ..] && (first == '-' || char.IsAsciiDigit(first))));

    /// <summary>Gives the first text that is no value, or null.</summary>
    public static string? ParseAll<T>(StringValues texts, out T[] values) where T : IParsable<T>
    {
        values = texts.Count == 0 ? [] : new T[texts.Count];
        for (var at = 0; at < values.Length; at++)
        {
            if (!TryParse(texts[at], out values[at]!)) return texts[at] ?? "";
        }

        return null;
    }

    /// <inheritdoc cref="ParseAll{T}"/>
    public static string? ParseAllEnums<T>(StringValues texts, out T[] values) where T : struct, Enum
    {
        values = texts.Count == 0 ? [] : new T[texts.Count];
        for (var at = 0; at < values.Length; at++)
        {
            if (!TryParseEnum(texts[at], out values[at])) return texts[at] ?? "";
        }

        return null;
    }

    /// <summary>Answers 400 with the parameter that is missing or cannot be read.</summary>
    /// <param name="context">The run.</param>
    /// <param name="source">route, query or header.</param>
    /// <param name="name">As it is called there.</param>
    /// <param name="expected">What it must be.</param>
    /// <param name="text">What it is; null when it is missing.</param>
    public static Task RefuseAsync(FunctionContext context, string source, string name, string expected, string? text) => Refusal.WriteAsync(
        context,
        StatusCodes.Status400BadRequest,
        name,
        text is null ? $"the {source} parameter '{name}' is missing; it must be {expected}." : $"the {source} parameter '{name}' is '{(text.Length > LongestEcho ? text[..LongestEcho] + "…" : text)}' and must be {expected}.");
}
