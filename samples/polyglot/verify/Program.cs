// Takes 24 readings, 6 of them unusual, and proves what must come of them: verify [GATEWAY CONTROL], else the addresses in .fnmesh/up.json.
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

const int Readings = 24;
string[] places = ["Nairobi", "Oslo", "São Paulo"];
var deadline = TimeSpan.FromSeconds(60);
var clock = Stopwatch.StartNew();

var (gateway, control) = Addresses(args);
using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = TimeSpan.FromSeconds(10) };
var run = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString("x");
var failures = 0;

var traces = new Dictionary<string, string>();
var unusual = new HashSet<string>();
foreach (var number in Enumerable.Range(1, Readings))
{
    var id = $"{run}-{number:00}";
    traces[id] = ActivityTraceId.CreateRandom().ToHexString();
    var hot = number % 4 == 0;
    if (hot) unusual.Add(id);
    var answer = await TakeAsync(id, places[number % places.Length], hot ? 41.5 : 23.0);
    if (answer != HttpStatusCode.Accepted) Prove(false, $"reading {id} was answered {(int)answer}");
}

Prove(await TakeAsync($"{run}-nowhere", "Atlantis", 12) == HttpStatusCode.NotFound, "the C# function knows from the Python function that a place has no climate");

var warnings = await Until(gateway + "/warnings", root => [.. root.EnumerateArray().Where(warning => Id(warning).StartsWith(run, StringComparison.Ordinal))], found => found.Count >= unusual.Count);
Prove(warnings.Select(Id).ToHashSet().SetEquals(unusual), $"{warnings.Count} warnings of {unusual.Count} came back to C#, through Node.js and Python");
Prove(warnings.Any(warning => warning.GetProperty("text").GetString()!.StartsWith("São Paulo: 41.5 °C is 4.6 standard deviations above", StringComparison.Ordinal)),
    "names of places keep their letters in all three languages");

string[] through = ["deliver alerts", "deliver climate", "deliver stations"];
var whole = 0;
foreach (var (id, trace) in traces)
{
    var expected = unusual.Contains(id) ? through : through[..1];
    var spans = await Until(control + "/api/v1/traces/" + trace, root => [.. root.GetProperty("spans").EnumerateArray()], found => expected.All(name => Named(found, name) == 1));
    whole += expected.All(name => Named(spans, name) == 1) && Named(spans, "deliver ") == expected.Length && Named(spans, "publish ") == expected.Length && CallsOf(spans) == 2 ? 1 : 0;
}

Prove(whole == Readings, $"{whole} of {Readings} readings have all their calls, publishes and deliveries in one trace");
Console.WriteLine(failures == 0 ? $"three languages, one mesh ({clock.Elapsed.TotalSeconds:0.0} s)" : $"{failures} promises are broken");
return failures == 0 ? 0 : 1;

async Task<HttpStatusCode> TakeAsync(string id, string place, double celsius)
{
    using var reading = new HttpRequestMessage(HttpMethod.Post, gateway + "/readings") { Content = JsonContent.Create(new { id, place, celsius }) };
    if (traces.TryGetValue(id, out var trace)) reading.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
    using var answer = await http.SendAsync(reading);
    return answer.StatusCode;
}

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
        if (answer.IsSuccessStatusCode) found = select(await answer.Content.ReadFromJsonAsync<JsonElement>());
        if (enough(found) || clock.Elapsed > deadline) return found;
        await Task.Delay(100);
    }
}

static string Id(JsonElement warning) => warning.GetProperty("id").GetString()!;

static int Named(List<JsonElement> spans, string start) => spans.Count(span => span.GetProperty("name").GetString()!.StartsWith(start, StringComparison.Ordinal));

// From the edge to stations, and from there to climate.
static int CallsOf(List<JsonElement> spans) => spans.Count(span => span.GetProperty("kind").GetString() == "call");

static (string Gateway, string Control) Addresses(string[] args)
{
    if (args.Length == 2) return (args[0].TrimEnd('/'), args[1].TrimEnd('/'));

    var folder = new DirectoryInfo(Environment.CurrentDirectory);
    while (folder is not null && !File.Exists(Path.Combine(folder.FullName, ".fnmesh", "up.json"))) folder = folder.Parent;
    if (folder is null)
    {
        Console.Error.WriteLine("verify: no mesh runs in this folder or above it; start one with fnmesh up, go to its folder, or give the addresses: verify http://127.0.0.1:7071 http://127.0.0.1:7070");
        Environment.Exit(2);
    }

    using var up = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, ".fnmesh", "up.json")));
    return (up.RootElement.GetProperty("gateway").GetString()!.TrimEnd('/'), up.RootElement.GetProperty("control").GetString()!.TrimEnd('/'));
}
