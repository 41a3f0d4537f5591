using System.Collections.Immutable;

namespace FnMesh.Control.Http;

/// <summary>A function of the mesh and how it is run.</summary>
/// <param name="App">The app it is part of.</param>
/// <param name="Name">As the code declares it; else that of its route's rule, its route or its subscription.</param>
/// <param name="Trigger"><c>http</c>, <c>event</c> or <c>timer</c>.</param>
/// <param name="Methods">HTTP methods in upper case; empty for all, and for other triggers.</param>
/// <param name="Route">A route template without a slash at its start; null where the path is known whole.</param>
/// <param name="Path">The path that is called or posted to; null where the route tells it.</param>
/// <param name="EventTypes">The types that it takes; empty for all, and for other triggers.</param>
internal sealed record FunctionAnswer(string App, string Name, string Trigger, ImmutableArray<string> Methods, string? Route, string? Path, ImmutableArray<string> EventTypes);
