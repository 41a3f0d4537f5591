using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record JwtProvider(string Name, Origin Origin, Written<string> Issuer, JwtProviderEntry Entry) : WrittenResource(Name, Origin);
