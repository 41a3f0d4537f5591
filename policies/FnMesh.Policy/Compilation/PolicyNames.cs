using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>Everything that can be named. Apps and revisions share one name space; every other kind has its own.</summary>
internal sealed class PolicyNames
{
    private readonly SortedDictionary<string, (string App, string? Revision)> _backends = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, HttpRoute> _routes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, HttpRoute> _grpc = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _subscriptions = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _namespaces = new([QualifiedName.Default], StringComparer.Ordinal);
    private readonly HashSet<Origin> _warned = [];
    private readonly Grants _grants;
    private readonly DiagnosticBag _diagnostics;

    public PolicyNames(string mesh, IReadOnlyCollection<WrittenResource> resources, DiagnosticBag diagnostics)
    {
        Mesh = mesh;
        _grants = new Grants(resources);
        _diagnostics = diagnostics;
        var places = new Dictionary<string, Origin>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            _namespaces.Add(resource.Namespace);
            switch (resource)
            {
                case FunctionApp app:
                    AddBackend(app.Name, (app.Name, null), app.Origin, places);
                    foreach (var revision in app.Revisions) AddBackend(revision.Name, (app.Name, revision.Name), revision.Origin, places);
                    break;
                case GrpcRoute route:
                    _grpc.Add(route.Name, route);
                    break;
                case HttpRoute route:
                    _routes.Add(route.Name, route);
                    break;
                case Subscription subscription:
                    _subscriptions.Add(subscription.Name);
                    break;
            }
        }
    }

    public string Mesh { get; }

    public bool IsApp(string name) => _backends.TryGetValue(name, out var backend) && backend.Revision is null;

    /// <summary>Whether there is such an app or revision, and who names it may.</summary>
    public bool IsBackend(Reference reference, Referrer from) =>
        _backends.TryGetValue(reference.QualifiedFor(from).Value, out var backend) && _grants.Permit(from, backend.App, backend.Revision);

    /// <summary>Says that a route leads nowhere, and what becomes of its calls.</summary>
    public void WarnOfNoBackend(BackendReference backend, Referrer from) =>
        WarnOfNone(backend.Reference, from, backend.Fault, backend.Weight == 0 ? "" : ", so its share of the calls is answered with 500");

    /// <summary>Says that nobody gets the copies of a mirror.</summary>
    public void WarnOfNoMirror(Reference mirror, Referrer from, string? fault) => WarnOfNone(mirror, from, fault, ", so nothing is mirrored");

    /// <summary>Null, with a diagnostic, when there is no such app or revision, or it lies in a namespace that does not let the name in.</summary>
    public (string App, string? Revision)? Backend(Reference reference, Referrer from)
    {
        var name = reference.QualifiedFor(from);
        if (!_backends.TryGetValue(name.Value, out var backend))
        {
            _diagnostics.Error(DiagnosticCodes.UnknownReference, name.Origin, $"there is no app or revision {Quoted.Text(name.Value)}{NearBackend(name.Value)}");
            return null;
        }

        if (!_grants.Permit(from, backend.App, backend.Revision))
        {
            _diagnostics.Error(DiagnosticCodes.ReferenceNotPermitted, name.Origin, $"{Quoted.Text(name.Value)} is in another namespace: {Grants.Mend(from, backend.App)}");
            return null;
        }

        if (reference.Kind is not { Value: "FunctionApp" } || backend.Revision is null) return backend;
        _diagnostics.Error(DiagnosticCodes.InvalidReference, name.Origin,
            $"{Quoted.Text(name.Value)} is a revision of {Quoted.Text(backend.App)}, not a FunctionApp; leave 'kind' out");
        return null;
    }

    /// <summary>An HTTPRoute by its qualified name; null for none.</summary>
    public HttpRoute? Route(string name) => _routes.GetValueOrDefault(name);

    public string NearRoute(string name) => NearestName.Hint(name, _routes.Keys);

    /// <summary>An app that a route is attached to; null, with a diagnostic, when there is none.</summary>
    public string? AppParent(Reference reference, Referrer from) => App(reference.QualifiedFor(from))?.Name;

    /// <summary>Null, with a diagnostic, when there is no such target.</summary>
    public AuthorizationTarget? Target(TargetReference target, Referrer from)
    {
        var (reference, section) = target;
        if (reference.Namespace is { } ns && ns.Value != from.Namespace)
            return Elsewhere($"a policy targets what is in its own namespace, {Quoted.Text(from.Namespace)}; write it in {Quoted.Text(ns.Value)}", ns.Origin);
        var found = reference.Kind is { } kind ? Named(kind.Value, reference, from) : Guessed(reference, from);
        if (found is null || section is not { } part) return found;
        if (found.Kind is not (AuthorizationTargetKind.HttpRoute or AuthorizationTargetKind.GrpcRoute))
        {
            _diagnostics.Error(DiagnosticCodes.InvalidReference, part.Origin, "'sectionName' selects a rule of a route; remove it from other targets");
            return null;
        }

        var rules = (found.Kind == AuthorizationTargetKind.GrpcRoute ? _grpc : _routes)[found.Name].Rules.Select(rule => rule.Name?.Value).OfType<string>().ToImmutableArray();
        if (rules.Contains(part.Value)) return found with { Section = part.Value };
        _diagnostics.Error(DiagnosticCodes.UnknownReference, part.Origin,
            $"the route {Quoted.Text(found.Name)} has no rule named {Quoted.Text(part.Value)}{NearestName.Hint(part.Value, rules)}");
        return null;
    }

    private AuthorizationTarget? Named(string kind, Reference reference, Referrer from) => kind switch
    {
        "Mesh" => Whole(AuthorizationTargetKind.Mesh, reference.Name, from, [Mesh, "mesh"]),
        "Broker" => Whole(AuthorizationTargetKind.Broker, reference.Name, from, ["default"]),
        "Namespace" => Namespace(reference.Name, from),
        _ => Named(kind, reference.QualifiedFor(from)),
    };

    private AuthorizationTarget? Named(string kind, Written<string> name) => kind switch
    {
        "HTTPRoute" => Existing(AuthorizationTargetKind.HttpRoute, "HTTPRoute", name, _routes.ContainsKey(name.Value), _routes.Keys),
        "GRPCRoute" => Existing(AuthorizationTargetKind.GrpcRoute, "GRPCRoute", name, _grpc.ContainsKey(name.Value), _grpc.Keys),
        "Subscription" => Existing(AuthorizationTargetKind.Subscription, "Subscription", name, _subscriptions.Contains(name.Value), _subscriptions),
        "FunctionApp" or "Service" => App(name),
        _ => Refused($"a {kind} cannot be a target", name.Origin),
    };

    private AuthorizationTarget? App(Written<string> name)
    {
        if (_backends.TryGetValue(name.Value, out var backend) && backend.Revision is not null)
            return Refused($"{Quoted.Text(name.Value)} is a revision; a policy targets its app {Quoted.Text(backend.App)}", name.Origin);
        return Existing(AuthorizationTargetKind.FunctionApp, "FunctionApp", name, IsApp(name.Value), _backends.Keys.Where(IsApp));
    }

    /// <summary>The one thing that has this name.</summary>
    private AuthorizationTarget? Guessed(Reference reference, Referrer from)
    {
        var name = reference.QualifiedFor(from);
        var found = ImmutableArray.CreateBuilder<AuthorizationTarget>();
        if (_backends.ContainsKey(name.Value)) found.Add(new(AuthorizationTargetKind.FunctionApp, name.Value, null));
        if (_routes.ContainsKey(name.Value)) found.Add(new(AuthorizationTargetKind.HttpRoute, name.Value, null));
        if (_grpc.ContainsKey(name.Value)) found.Add(new(AuthorizationTargetKind.GrpcRoute, name.Value, null));
        if (_subscriptions.Contains(name.Value)) found.Add(new(AuthorizationTargetKind.Subscription, name.Value, null));
        var isMesh = reference.Name.Value is "mesh" || name.Value == Mesh;
        if (isMesh) found.Add(new(AuthorizationTargetKind.Mesh, "", null));
        if (reference.Name.Value is "broker") found.Add(new(AuthorizationTargetKind.Broker, "", null));
        if (found.Count > 1)
            return Refused($"{Quoted.Text(name.Value)} may be {string.Join(" or ", found.Select(one => TargetKinds.NameOf(one.Kind)))}; add 'kind'", name.Origin);
        if (found is [{ Kind: AuthorizationTargetKind.Mesh or AuthorizationTargetKind.Broker } whole]) return Whole(whole.Kind, reference.Name with { Value = "" }, from, []);
        if (found.Count == 1) return found[0].Kind == AuthorizationTargetKind.FunctionApp ? App(name) : found[0];
        var known = _backends.Keys.Where(IsApp).Concat(_routes.Keys).Concat(_grpc.Keys).Concat(_subscriptions).Append(Mesh);
        _diagnostics.Error(DiagnosticCodes.UnknownReference, name.Origin,
            $"there is no target {Quoted.Text(name.Value)}{NearestName.Hint(name.Value, known)}");
        return null;
    }

    /// <summary>A namespace has defaults of its own; those of every other are for the namespace that holds the mesh's.</summary>
    private AuthorizationTarget? Namespace(Written<string> name, Referrer from)
    {
        if (from.Namespace != QualifiedName.Default && name.Value != from.Namespace)
            return Elsewhere($"a policy in {Quoted.Text(from.Namespace)} targets that namespace and no other; policies in 'default' target any", name.Origin);
        return Existing(AuthorizationTargetKind.Namespace, "document in the namespace", name, _namespaces.Contains(name.Value), _namespaces);
    }

    private AuthorizationTarget? Whole(AuthorizationTargetKind kind, Written<string> name, Referrer from, string[] names)
    {
        if (from.Namespace != QualifiedName.Default)
            return Elsewhere($"the {(kind == AuthorizationTargetKind.Mesh ? "mesh" : "broker")} belongs to every namespace: only a policy in 'default' targets it", name.Origin);
        if (name.Value.Length == 0 || names.Contains(name.Value)) return new(kind, "", null);
        _diagnostics.Error(DiagnosticCodes.UnknownReference, name.Origin,
            $"there is no {kind} {Quoted.Text(name.Value)}; the only one is {Quoted.Text(names[0])}");
        return null;
    }

    private AuthorizationTarget? Existing(AuthorizationTargetKind kind, string word, Written<string> name, bool exists, IEnumerable<string> known)
    {
        if (exists) return new(kind, name.Value, null);
        _diagnostics.Error(DiagnosticCodes.UnknownReference, name.Origin, $"there is no {word} {Quoted.Text(name.Value)}{NearestName.Hint(name.Value, known)}");
        return null;
    }

    private AuthorizationTarget? Elsewhere(string why, Origin origin)
    {
        _diagnostics.Error(DiagnosticCodes.TargetElsewhere, origin, why);
        return null;
    }

    private void WarnOfNone(Reference reference, Referrer from, string? fault, string consequence)
    {
        // A route that is handed calls in several ways is looked at once for each.
        if (!_warned.Add(reference.Origin)) return;
        var name = reference.QualifiedFor(from);
        if (fault is null && _backends.TryGetValue(name.Value, out var backend))
            _diagnostics.Warning(DiagnosticCodes.BackendNotPermitted, name.Origin, $"{Quoted.Text(name.Value)} is in another namespace{consequence}; {Grants.Mend(from, backend.App)}");
        else
            _diagnostics.Warning(DiagnosticCodes.InvalidBackend, name.Origin, fault is not null ? $"{fault}{consequence}" : $"there is no app or revision {Quoted.Text(name.Value)}{consequence}{NearBackend(name.Value)}");
    }

    /// <summary>The nearest name; else the same in another namespace, which is what is forgotten most.</summary>
    private string NearBackend(string name)
    {
        if (NearestName.Hint(name, _backends.Keys) is { Length: > 0 } hint) return hint;
        return _backends.Keys.FirstOrDefault(known => QualifiedName.NameOf(known) == QualifiedName.NameOf(name)) is { } other
            ? $"; there is one in the namespace {Quoted.Text(QualifiedName.NamespaceOf(other))}: add 'namespace'"
            : "";
    }

    private AuthorizationTarget? Refused(string why, Origin origin)
    {
        _diagnostics.Error(DiagnosticCodes.InvalidReference, origin, why);
        return null;
    }

    private void AddBackend(string name, (string App, string? Revision) backend, Origin origin, Dictionary<string, Origin> places)
    {
        if (places.TryAdd(name, origin))
            _backends.Add(name, backend);
        else
            _diagnostics.Error(DiagnosticCodes.DuplicateName, origin,
                $"the name {Quoted.Text(name)} is taken at {places[name]}; apps and revisions share one name space");
    }
}
