using System.Collections.Immutable;
using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Reading;

/// <summary>Reads healthCheck.</summary>
internal static class HealthCheckReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static HealthCheckFields Read(FieldReader spec)
    {
        if (spec.Map("healthCheck") is not { } check) return HealthCheckFields.None;
        var path = check.Text("path", required: true);
        var fields = new HealthCheckFields
        {
            Path = path,
            Interval = check.Duration("interval", Second, Hour),
            Timeout = check.Duration("timeout", max: Minute),
            UnhealthyThreshold = check.Whole("unhealthyThreshold", 1, 100),
            HealthyThreshold = check.Whole("healthyThreshold", 1, 100),
            ExpectedStatuses = ReadStatuses(check),
        };
        check.Close();
        if (path is { } written && Names.PathFault(written.Value.Split('?')[0]) is { } fault)
            check.Error(DiagnosticCodes.InvalidValue, written.Origin, $"the path {Quoted.Text(written.Value)} {fault}");
        return fields;
    }

    private static Written<ImmutableArray<int>>? ReadStatuses(FieldReader check)
    {
        if (check.FilledList("expectedStatuses") is not { } list) return null;
        var statuses = new SortedSet<int>();
        foreach (var item in list.Value)
        {
            if (ValueReader.Whole(item, "expectedStatuses", 200, 599, check.Diagnostics) is { } status) statuses.Add(status.Value);
        }

        return new(statuses.ToImmutableArray(), list.Origin);
    }
}
