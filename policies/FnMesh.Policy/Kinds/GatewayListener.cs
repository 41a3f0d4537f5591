using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <param name="Name">Unique in its Gateway.</param>
/// <param name="Origin">Where it begins.</param>
/// <param name="Port">1 to 65,535.</param>
/// <param name="IsHttps">Whether it speaks TLS.</param>
/// <param name="Hostname">Lower case, exact or with a leading <c>*.</c>; null for every host.</param>
/// <param name="Tls">Its certificate; null without TLS, or where what is written is no good.</param>
/// <param name="Kinds">The routes that may attach.</param>
internal sealed record GatewayListener(
    Written<string> Name, Origin Origin, Written<int> Port, bool IsHttps, Written<string>? Hostname, ListenerTlsEntry? Tls, ImmutableArray<AuthorizationTargetKind> Kinds);
