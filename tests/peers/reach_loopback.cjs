// Loaded before ckan-mcp-server, which asks no private address: the one name it is given resolves
// to an address of RFC 5737 (for documentation), connections to which go to loopback instead.
// Any other connection is refused, so that nothing leaves the machine.
const dns = require("node:dns");
const net = require("node:net");
const { syncBuiltinESMExports } = require("node:module");

const STANDS_FOR = "192.0.2.80";

function lookup(name, options, done) {
  const callback = typeof options === "function" ? options : done;
  const all = typeof options === "object" && options.all;
  const found = { address: STANDS_FOR, family: 4 };
  process.nextTick(() => (all ? callback(null, [found]) : callback(null, STANDS_FOR, 4)));
}

dns.lookup = lookup;
dns.promises.lookup = async (name, options) => {
  const found = { address: STANDS_FOR, family: 4 };
  return options && options.all ? [found] : found;
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const normal = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (normal && typeof normal === "object" && normal.port) {
    return connect.call(
      this,
      { port: normal.port, host: "127.0.0.1", family: 4 },
      ...(Array.isArray(given[0]) ? [given[0][1]] : given.slice(1)).filter(Boolean),
    );
  }
  throw new Error("only the site of the test may be asked");
};
syncBuiltinESMExports();
