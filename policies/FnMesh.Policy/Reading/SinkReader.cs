using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Reading;

internal static class SinkReader
{
    public static Sink? Read(FieldReader sink)
    {
        var reference = sink.Map("ref") is { } map ? ReadReference(map) : null;
        var backends = ReferenceReader.ReadBackends(sink, filled: true);
        var uri = sink.Text("uri");
        var webhook = WebhooksReader.ReadSink(sink);
        sink.Close("function");
        if (sink.Has("ref") && sink.Has("backendRefs"))
        {
            sink.Error(DiagnosticCodes.ExclusiveFields, sink.Place("backendRefs"), "'sink' takes 'ref' or 'backendRefs', not both");
            return null;
        }

        var isInside = sink.Has("ref") || sink.Has("backendRefs");
        if (!CheckUri(sink, uri, isInside) || uri is null) return null;
        if (webhook is not null && !CheckWebhook(sink, webhook, uri.Value, isInside)) return null;
        if (reference is not null) backends = [new BackendReference(reference, 1)];
        return new Sink(isInside ? backends : [], uri.Value.Value, uri.Value.Origin, webhook);
    }

    private static Reference? ReadReference(FieldReader map)
    {
        var reference = ReferenceReader.ReadBackend(map);
        map.Close("apiVersion");
        return reference;
    }

    private static bool CheckUri(FieldReader sink, Written<string>? uri, bool isInside)
    {
        if (uri is null && sink.Has("uri")) return false;
        if (uri is not { } written)
        {
            sink.Error(DiagnosticCodes.InvalidSink, sink.Origin, isInside
                ? "'sink' needs 'uri', the path that events are posted to, such as 'uri: /events'"
                : "'sink' needs 'ref' or 'backendRefs' with a path in 'uri', or an absolute address in 'uri'");
            return false;
        }

        var fault = isInside
            ? FaultInside(written.Value)
            : Names.IsHttpAddress(written.Value) ? null
            : written.Value.StartsWith('/') ? "is a path, so 'sink' also needs 'ref' or 'backendRefs'"
            : "must be an absolute http or https address without user and fragment";
        if (fault is null) return true;
        sink.Error(DiagnosticCodes.InvalidSink, written.Origin, $"the sink's uri {Quoted.Text(written.Value)} {fault}");
        return false;
    }

    private static bool CheckWebhook(FieldReader sink, WebhookFields webhook, Written<string> uri, bool isInside)
    {
        var (place, fault) = isInside ? (webhook.Origin, "'webhook' is about addresses outside the mesh; remove it, or 'ref' and 'backendRefs'")
            : webhook.Token is { } token && !uri.Value.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? (token.Origin, $"a token is sent over https alone, and the sink's uri is {Quoted.Text(uri.Value)}")
            : (sink.Origin, null);
        if (fault is not null) sink.Error(DiagnosticCodes.InvalidSink, place, fault);
        return fault is null;
    }

    private static string? FaultInside(string uri)
    {
        var end = uri.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? uri : uri[..end];
        if (Names.PathFault(path) is { } fault)
            return fault + (Names.IsHttpAddress(uri) ? "; beside 'ref' or 'backendRefs' it is a path" : "");
        return end >= 0 && (!Names.IsVisible(uri) || uri.Contains('#', StringComparison.Ordinal)) ? "has a query that must be percent-encoded" : null;
    }
}
