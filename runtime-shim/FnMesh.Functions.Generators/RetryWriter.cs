using System.Globalization;
using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Generators;

/// <summary>Writes the expression of what the retry attributes say.</summary>
internal static class RetryWriter
{
    // What a Subscription's delivery takes.
    private const int Most = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static string? Write(IMethodSymbol method, string name, Trigger trigger, List<Fault> faults)
    {
        var attribute = method.Attribute("FixedDelayRetry") ?? method.Attribute("ExponentialBackoffRetry");
        if (attribute is null) return null;
        var arguments = attribute.ConstructorArguments;
        void Fail(string why) => faults.Add(new(Faults.BadRetry, Place.Of(method), name, why));
        if (trigger.IsHttp)
        {
            faults.Add(new(Faults.NoEffect, Place.Of(method), attribute.AttributeClass!.Name.Replace("Attribute", ""), "calls are repeated as policy says, by TrafficPolicy or HTTPRoute; it is for events and timers"));
            return null;
        }

        if (method.Attribute("FixedDelayRetry") is not null && method.Attribute("ExponentialBackoffRetry") is not null) Fail("it has two; keep one");
        if (arguments[0].Value is not (int and >= 0 and <= Most)) Fail($"its count is not 0 to {Most}");
        var times = new List<TimeSpan>();
        foreach (var argument in arguments.Skip(1))
        {
            if (!TimeSpan.TryParse(argument.Value as string, CultureInfo.InvariantCulture, out var time) || time < TimeSpan.FromMilliseconds(1) || time > Longest)
            {
                Fail($"'{argument.Value}' is no time from 00:00:00.001 to 1.00:00:00, such as 00:00:05");
            }

            times.Add(time);
        }

        if (times.Count > 1 && times[0] > times[1]) Fail($"its shortest time, {arguments[1].Value}, is longer than its longest, {arguments[2].Value}");
        return $"new FunctionRetry({arguments[0].Value}, {Written(times[0])}, {(times.Count > 1 ? Written(times[1]) : "null")})";
    }

    private static string Written(TimeSpan time) => $"new global::System.TimeSpan({time.Ticks}L)";
}
