// Places 30 orders with a running shop and proves what must come of them: verify [GATEWAY CONTROL], else the addresses in .fnmesh/up.json.
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

const int Orders = 30;
const string Poison = "poison";
var deadline = TimeSpan.FromSeconds(60);
var clock = Stopwatch.StartNew();

var (gateway, control) = Addresses(args);
using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = TimeSpan.FromSeconds(10) };
var run = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString("x");
var failures = 0;

var traces = new Dictionary<string, string>();
foreach (var number in Enumerable.Range(1, Orders))
{
    var id = $"{run}-{number:00}";
    traces[id] = ActivityTraceId.CreateRandom().ToHexString();
    using var order = new HttpRequestMessage(HttpMethod.Post, gateway + "/orders")
    {
        Content = JsonContent.Create(new { Id = id, Sku = number == Orders ? Poison : $"sku-{number}", Quantity = 1 }),
        Headers = { { "traceparent", $"00-{traces[id]}-{ActivitySpanId.CreateRandom()}-01" } },
    };
    using var answer = await http.SendAsync(order);
    if (answer.StatusCode != HttpStatusCode.Accepted)
    {
        Prove(false, $"order {id} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }
}

var poison = $"{run}-{Orders:00}";
var invoices = await Until(gateway + "/invoices", root => OfThisRun(root, "order"), found => found.Count >= Orders - 1);
var shipments = await Until(gateway + "/shipments", root => OfThisRun(root, "order"), found => found.Count >= Orders - 1);
var dead = await Until(control + "/api/v1/deadletters?limit=1000&subscription=payments-charge",
    root => Items(root).Where(letter => Subject(letter) == poison).ToList(), found => found.Count >= 1);

Prove(invoices.Count == Orders - 1, $"{invoices.Count} invoices of {Orders - 1}");
Prove(shipments.Count == Orders - 1 && shipments.All(shipment => shipment.GetProperty("times").GetInt32() == 1),
    $"{shipments.Count} shipments of {Orders - 1}, each once");
Prove(dead.Count == 1 && dead[0].GetProperty("code").GetInt32() == 422, $"{dead.Count} dead letter of 1 from payments-charge, for the poison order");

// One trace for each order; a retry shows as a second attempt or a second delivery.
var retries = 0;
var whole = 0;
foreach (var (id, trace) in traces.Where(entry => entry.Key != poison))
{
    var spans = await Until(control + "/api/v1/traces/" + trace, root => root.GetProperty("spans").EnumerateArray().ToList(),
        found => Named(found, "deliver ").Count() >= 3);
    retries += spans.Any(span => Tag(span, "fnmesh.attempt") == "2" || Tag(span, "fnmesh.delivery") == "2") ? 1 : 0;
    var kinds = spans.Select(span => span.GetProperty("kind").GetString()).ToHashSet();
    whole += kinds.IsSupersetOf(["call", "publish", "deliver", "attempt"]) && Named(spans, "deliver ").Count() >= 3 ? 1 : 0;
}

Prove(retries >= 1, $"{retries} orders with a retry, at least 1");
Prove(whole == Orders - 1, $"{whole} of {Orders - 1} orders have their calls, publishes and three deliveries in one trace");

var next = 0;
for (var call = 0; call < 200; call++)
{
    var price = await http.GetFromJsonAsync<JsonElement>($"{gateway}/prices/sku-{call}");
    next += price.GetProperty("revision").GetString() == "pricing-v2" ? 1 : 0;
}

Prove(next is >= 5 and <= 40, $"{next} of 200 prices from pricing-v2, about 20");      // 20 ± 3.5 and more standard deviations
Console.WriteLine(failures == 0 ? $"the shop keeps its promises ({clock.Elapsed.TotalSeconds:0.0} s)" : $"{failures} promises are broken");
return failures == 0 ? 0 : 1;

void Prove(bool holds, string sentence)
{
    failures += holds ? 0 : 1;
    Console.WriteLine($"{(holds ? "ok    " : "BROKEN")} {sentence}");
}

// Asks again until enough is there or the deadline is over; gives what was last seen.
async Task<List<JsonElement>> Until(string address, Func<JsonElement, List<JsonElement>> select, Func<List<JsonElement>, bool> enough)
{
    List<JsonElement> found = [];
    while (true)
    {
        using var answer = await http.GetAsync(address);
        if (answer.IsSuccessStatusCode)
        {
            found = select(await answer.Content.ReadFromJsonAsync<JsonElement>());
        }

        if (enough(found) || clock.Elapsed > deadline)
        {
            return found;
        }

        await Task.Delay(100);
    }
}

List<JsonElement> OfThisRun(JsonElement list, string property) =>
    [.. list.EnumerateArray().Where(item => item.GetProperty(property).GetString()!.StartsWith(run, StringComparison.Ordinal))];

static IEnumerable<JsonElement> Items(JsonElement root) => root.GetProperty("items").EnumerateArray();

static string? Subject(JsonElement letter) =>
    letter.GetProperty("event").GetProperty("attributes").TryGetProperty("subject", out var subject) ? subject.GetString() : null;

static IEnumerable<JsonElement> Named(List<JsonElement> spans, string start) =>
    spans.Where(span => span.GetProperty("name").GetString()!.StartsWith(start, StringComparison.Ordinal));

static string? Tag(JsonElement span, string name) =>
    span.GetProperty("attributes").TryGetProperty(name, out var value) ? value.ToString() : null;

static (string Gateway, string Control) Addresses(string[] args)
{
    if (args.Length == 2)
    {
        return (args[0].TrimEnd('/'), args[1].TrimEnd('/'));
    }

    var folder = new DirectoryInfo(Environment.CurrentDirectory);
    while (folder is not null && !File.Exists(Path.Combine(folder.FullName, ".fnmesh", "up.json")))
    {
        folder = folder.Parent;
    }

    if (folder is null)
    {
        Console.Error.WriteLine("verify: no mesh runs in this folder or above it; start one with fnmesh up, go to its folder, or give the addresses: verify http://127.0.0.1:7071 http://127.0.0.1:7070");
        Environment.Exit(2);
    }

    using var up = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, ".fnmesh", "up.json")));
    return (up.RootElement.GetProperty("gateway").GetString()!.TrimEnd('/'), up.RootElement.GetProperty("control").GetString()!.TrimEnd('/'));
}
