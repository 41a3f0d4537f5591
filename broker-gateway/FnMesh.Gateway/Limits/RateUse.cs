namespace FnMesh.Gateway.Limits;

/// <summary>What came of asking a <see cref="RateMeter"/>.</summary>
/// <param name="Taken">Whether there was one.</param>
/// <param name="Left">How many are left now.</param>
/// <param name="Wait">Seconds until there is one; 0 when there was.</param>
/// <param name="Full">Seconds until all are there again.</param>
internal readonly record struct RateUse(bool Taken, int Left, double Wait, double Full);
