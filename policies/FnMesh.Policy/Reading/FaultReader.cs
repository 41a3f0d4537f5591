using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Reading;

/// <summary>Reads fault.</summary>
internal static class FaultReader
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static FaultFields Read(FieldReader spec)
    {
        if (spec.Map("fault") is not { } fault) return FaultFields.None;
        var fields = FaultFields.None;
        if (fault.Map("delay") is { } delay)
        {
            fields = fields with { DelayPercent = delay.Whole("percent", 0, 100), DelayDuration = delay.Duration("duration", max: Minute) };
            delay.Close();
            NeedsEffect(delay, "duration");
        }

        if (fault.Map("abort") is { } abort)
        {
            fields = fields with { AbortPercent = abort.Whole("percent", 0, 100), AbortStatus = abort.Whole("status", 400, 599), AbortGrpcStatus = ReadGrpcStatus(abort) };
            abort.Close();
            NeedsEffect(abort, "status", "grpcStatus");
        }

        if (fault.List("headers") is { } list) fields = fields with { Headers = new(HttpRouteReader.ReadHeaders(fault), list.Origin) };
        fault.Close();
        if (fault.Entries.IsEmpty) fault.Error(DiagnosticCodes.InvalidValue, fault.Origin, "'fault' sets nothing; give it delay or abort, or leave it out");
        return fields;
    }

    private static Written<int>? ReadGrpcStatus(FieldReader abort) =>
        abort.Choice("grpcStatus", GrpcCodeNames.Failures, []) is { } name ? new(GrpcCodeNames.CodeOf(name.Value), name.Origin) : null;

    /// <summary>A percentage alone is of nothing, but for 0, which turns off what a wider policy says.</summary>
    private static void NeedsEffect(FieldReader map, params string[] fields)
    {
        if (!fields.Any(map.Has) && map.Node("percent") is not Yaml.YamlScalar { Text: "0" } and not Schemas.Shape)
            map.Error(DiagnosticCodes.MissingField, map.Origin, $"'{map.Name}' needs {string.Join(" or ", fields.Select(field => $"'{field}'"))}; 'percent: 0' alone turns off what a wider policy says");
    }
}
