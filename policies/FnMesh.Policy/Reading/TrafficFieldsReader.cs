using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

/// <summary>Reads timeouts, retry, retryConstraint and circuitBreaker, of a TrafficPolicy or of a route's rule.</summary>
internal static class TrafficFieldsReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HalfSecond = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static TrafficFields ReadRoute(FieldReader rule) => ReadRetry(rule, ReadTimeouts(rule, TrafficFields.None), isRoute: true);

    public static TrafficFields ReadPolicy(FieldReader spec)
    {
        var fields = ReadRetry(spec, ReadTimeouts(spec, TrafficFields.None), isRoute: false);
        fields = ReadBreaker(spec, ReadConstraint(spec, fields));
        return fields with { Balancing = BalancingReader.Read(spec, fields.Balancing), HealthCheck = HealthCheckReader.Read(spec), Limits = LimitsReader.Read(spec), Fault = FaultReader.Read(spec), Idempotency = IdempotencyReader.Read(spec) };
    }

    private static TrafficFields ReadTimeouts(FieldReader owner, TrafficFields fields)
    {
        if (owner.Map("timeouts") is not { } timeouts) return fields;
        var request = timeouts.Duration("request", zero: true);
        var backend = timeouts.Duration("backendRequest", zero: true);
        timeouts.Close();
        if (request is { } whole && backend is { } part && whole.Value > TimeSpan.Zero && part.Value > whole.Value)
            timeouts.Error(DiagnosticCodes.TimeoutsContradict, part.Origin,
                $"backendRequest ({Durations.Format(part.Value)}) must not be longer than request ({Durations.Format(whole.Value)}), which covers all attempts");
        return fields with { Request = request, BackendRequest = backend };
    }

    private static TrafficFields ReadRetry(FieldReader owner, TrafficFields fields, bool isRoute)
    {
        if (owner.Map("retry") is not { } retry) return fields;
        fields = fields with
        {
            RetryAttempts = retry.Whole("attempts", 0, 10),
            RetryCodes = ReadCodes(retry),
            RetryBackoff = retry.Duration("backoff", max: TimeSpan.FromMinutes(1), zero: true),
            RetryUnsafeMethods = isRoute ? null : retry.Flag("unsafeMethods"),
            RetryBodyBytes = isRoute ? null : retry.Whole("bodyBytes", 0, 1024 * 1024),
            Balancing = isRoute ? fields.Balancing : fields.Balancing with { GrpcCodes = BalancingReader.ReadGrpcCodes(retry) },
        };
        retry.Close();
        return fields;
    }

    private static Written<ImmutableArray<int>>? ReadCodes(FieldReader retry)
    {
        if (retry.List("codes") is not { } list) return null;
        var codes = new SortedSet<int>();
        foreach (YamlNode item in list.Value)
        {
            if (ValueReader.Whole(item, "codes", 400, 599, retry.Diagnostics) is { } code) codes.Add(code.Value);
        }

        return new(codes.ToImmutableArray(), list.Origin);
    }

    private static TrafficFields ReadConstraint(FieldReader spec, TrafficFields fields)
    {
        if (spec.Map("retryConstraint") is not { } constraint) return fields;
        if (constraint.Map("budget") is { } budget)
        {
            fields = fields with { BudgetPercent = budget.Whole("percent", 0, 100), BudgetInterval = budget.Duration("interval", Second, Hour) };
            budget.Close();
        }

        if (constraint.Map("minRetryRate") is { } rate)
        {
            fields = fields with { MinRetryCount = rate.Whole("count", 0, 1_000_000), MinRetryInterval = rate.Duration("interval", Second, Hour) };
            rate.Close();
        }

        constraint.Close();
        return fields;
    }

    private static TrafficFields ReadBreaker(FieldReader spec, TrafficFields fields)
    {
        if (spec.Map("circuitBreaker") is not { } breaker) return fields;
        fields = fields with
        {
            FailureRatio = breaker.Ratio("failureRatio"),
            MinimumThroughput = breaker.Whole("minimumThroughput", 2, 1_000_000),
            BreakerWindow = breaker.Duration("window", HalfSecond, Hour),
            BreakFor = breaker.Duration("breakFor", HalfSecond, Hour),
        };
        breaker.Close();
        if (breaker.Entries.IsEmpty)
            breaker.Error(DiagnosticCodes.InvalidValue, breaker.Origin, "'circuitBreaker' sets nothing; give it a field or leave it out");
        return fields;
    }
}
