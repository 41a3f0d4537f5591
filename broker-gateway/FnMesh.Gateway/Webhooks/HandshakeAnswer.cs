namespace FnMesh.Gateway.Webhooks;

/// <summary>What an address outside the mesh said when it was asked.</summary>
/// <param name="IsGiven">It takes deliveries.</param>
/// <param name="PerMinute">At most so many in a minute; null for any number.</param>
/// <param name="Why">Why not, for people; null when it does.</param>
/// <param name="IsGone">It is not to be asked again.</param>
internal sealed record HandshakeAnswer(bool IsGiven, int? PerMinute, string? Why, bool IsGone = false)
{
    /// <summary>When asking again may help; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
