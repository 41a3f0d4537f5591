using System.Collections.Immutable;
using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Reading;

/// <summary>Reads healthCheck.</summary>
internal static class HealthCheckReader
{
    private const int MaxService = 255;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static HealthCheckFields Read(FieldReader spec)
    {
        if (spec.Map("healthCheck") is not { } check) return HealthCheckFields.None;
        check.ExactlyOne("path", "grpc");
        var path = check.Text("path");
        var fields = new HealthCheckFields
        {
            Path = path,
            GrpcService = ReadService(check),
            Interval = check.Duration("interval", Second, Hour),
            Timeout = check.Duration("timeout", max: Minute),
            UnhealthyThreshold = check.Whole("unhealthyThreshold", 1, 100),
            HealthyThreshold = check.Whole("healthyThreshold", 1, 100),
            ExpectedStatuses = ReadStatuses(check),
        };
        check.Close();
        if (check.Has("path") && check.Has("grpc"))
            check.Error(DiagnosticCodes.ExclusiveFields, check.Place("grpc"), "'healthCheck' takes 'path' or 'grpc', not both");
        else if (!check.Has("path") && !check.Has("grpc"))
            check.Error(DiagnosticCodes.MissingField, check.Origin, "'healthCheck' needs 'path', which is asked for by GET, or 'grpc', which asks gRPC's own health service");
        else if (check.Has("grpc") && fields.ExpectedStatuses is { } statuses)
            check.Error(DiagnosticCodes.ExclusiveFields, statuses.Origin, "'expectedStatuses' goes with 'path' alone: gRPC's health service says SERVING, or something else");
        if (path is { } written && Names.PathFault(written.Value.Split('?')[0]) is { } fault)
            check.Error(DiagnosticCodes.InvalidValue, written.Origin, $"the path {Quoted.Text(written.Value)} {fault}");
        return fields;
    }

    private static Written<string>? ReadService(FieldReader check)
    {
        if (check.Map("grpc") is not { } grpc) return null;
        var service = grpc.Text("service");
        grpc.Close();
        if (service is { Value.Length: > MaxService } written)
            grpc.Error(DiagnosticCodes.InvalidName, written.Origin, $"a service has up to {MaxService} characters");
        return service ?? new("", grpc.Origin);
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
