namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>What a steady load is made of.</summary>
/// <param name="PerSecond">Calls.</param>
/// <param name="SafeOnly">GETs alone, without events, and the caller at the edge does not try again; else GETs and POSTs in turn, and events.</param>
internal readonly record struct LoadShape(int PerSecond, bool SafeOnly = false);
