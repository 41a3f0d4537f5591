namespace FnMesh.Gateway.Sessions;

/// <summary>What a session's token says.</summary>
/// <param name="Endpoint">From <see cref="SessionSeal.HashOf"/>.</param>
/// <param name="Began">To the second.</param>
/// <param name="Used">When an answer told it last, to the second.</param>
internal readonly record struct SessionToken(ulong Endpoint, DateTimeOffset Began, DateTimeOffset Used);
