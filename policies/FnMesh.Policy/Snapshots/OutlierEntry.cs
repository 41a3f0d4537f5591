namespace FnMesh.Policy.Snapshots;

/// <param name="ConsecutiveFailures">Failures in a row after which an endpoint is left alone; 1 to 1,000.</param>
/// <param name="EjectFor">How long, the first time; at least 500 ms.</param>
/// <param name="MaxEjectedPercent">Of a backend's endpoints no more are left alone for what they answer; 0 leaves none alone.</param>
public sealed record OutlierEntry(int ConsecutiveFailures, TimeSpan EjectFor, int MaxEjectedPercent);
