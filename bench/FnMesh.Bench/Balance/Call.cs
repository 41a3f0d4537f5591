namespace FnMesh.Bench.Balance;

/// <summary>What a caller saw of one call.</summary>
/// <param name="Began">When it was made, after the beginning of its phase.</param>
/// <param name="Who">The process that answered; empty for the gateway itself.</param>
/// <param name="Milliseconds">Until the answer.</param>
/// <param name="Status">Of the answer.</param>
internal sealed record Call(TimeSpan Began, string Who, double Milliseconds, int Status)
{
    public TimeSpan Ended => Began + TimeSpan.FromMilliseconds(Milliseconds);
}
