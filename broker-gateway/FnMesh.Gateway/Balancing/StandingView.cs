using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Balancing;

/// <summary>Who stands and who does not, as long as nothing changes.</summary>
/// <param name="Version">Of <see cref="Standings"/>, at the latest when it was made.</param>
/// <param name="Standing">Those that are chosen from.</param>
/// <param name="Out">Those that are left alone, and tried when they are due.</param>
internal sealed record StandingView(long Version, Endpoint[] Standing, Endpoint[] Out);
