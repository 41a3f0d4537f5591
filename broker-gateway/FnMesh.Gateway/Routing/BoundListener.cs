using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>A listener of a Gateway, bound to the routes that are attached to it.</summary>
/// <param name="Name">As people write it: GATEWAY/LISTENER.</param>
/// <param name="Entry">As it was compiled.</param>
/// <param name="Routes">What its requests are matched with, and nothing else.</param>
internal sealed record BoundListener(string Name, ListenerEntry Entry, RouteTable Routes);
