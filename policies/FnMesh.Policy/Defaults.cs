using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

/// <summary>What holds where no policy says otherwise.</summary>
internal static class Defaults
{
    public const string Mesh = "mesh";

    public static readonly TimeSpan KeyKeepFor = TimeSpan.FromHours(24);
    public static readonly TimeSpan Request = TimeSpan.FromSeconds(100);
    public const int RetryAttempts = 1;
    public static readonly ImmutableArray<int> RetryCodes = [502, 503, 504];
    public const int RetryBodyBytes = 64 * 1024;
    public static readonly TimeSpan RetryBackoff = TimeSpan.FromMilliseconds(50);

    public const int BudgetPercent = 20;
    public static readonly TimeSpan BudgetInterval = TimeSpan.FromSeconds(10);
    public const int MinRetryCount = 10;
    public static readonly TimeSpan MinRetryInterval = TimeSpan.FromSeconds(1);

    // Of a breaker that is asked for; without a policy there is none.
    public const double FailureRatio = 0.5;
    public const int MinimumThroughput = 20;
    public static readonly TimeSpan BreakerWindow = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan BreakFor = TimeSpan.FromSeconds(5);

    public static readonly OutlierEntry Outlier = new(5, TimeSpan.FromSeconds(10), 50);

    // Of a check that is asked for; without a policy there is none.
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);
    public const int UnhealthyThreshold = 3;
    public const int HealthyThreshold = 2;

    /// <summary>UNAVAILABLE.</summary>
    public static readonly ImmutableArray<int> GrpcCodes = [14];

    public static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(30);
    public const int DeliveryRetry = 10;
    public static readonly TimeSpan BackoffDelay = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan BackoffMax = TimeSpan.FromMinutes(5);
}
